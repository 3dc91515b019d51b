# 进入和离开场所。

problem-visit-quota-title = 今天登记的次数很多了
problem-visit-quota = 您今天已登记 50 次，零点之前不再计入。请向工作人员出示您的码。
problem-visit-quota-staff = 您今天已为此人登记50次，午夜前不再计数。这次没有登记。
problem-ticket-title = 这个页面已过时
problem-ticket = 没有登记。请重新扫描场所码，即可登记。
problem-entry-rule-title = 您现在不能从这里进入
problem-entry-rule = 没有登记。这个场所只允许持有效绿码的人员进入。请打开您的码：上面写明了颜色、原因和您可以怎么做。
problem-place-unknown-title = 没有这个场所码
problem-place-unknown = 没有登记。如果是手工输入的，请检查一下；如果是扫描的，请告诉工作人员，并出示您的码。
problem-place-ended-title = 这张场所码已停用
problem-place-ended = 没有登记。已有新的场所码，请扫描新的；如果没有看到，请向工作人员出示您的码。
problem-place-stale-title = 这是其他日期的场所码
problem-place-stale = 没有登记。请重新扫描门口屏幕上的码：它每天更换。
problem-place-waiting-title = 这个场所还没有开通
problem-place-waiting = 没有登记。场所已提交登记，尚未通过审核。请向工作人员出示您的码。
problem-place-waiting-staff = 没有登记。此场所或其变更尚未获得批准。
problem-place-suspended-title = 这里暂停登记
problem-place-suspended = 没有登记。这个场所暂停登记。请向工作人员出示您的码。
problem-place-suspended-staff = 没有登记。此场所已暂停登记，请在场所页面恢复。
problem-place-closed-title = 这个场所已关闭
problem-place-closed = 没有登记。场所已关闭或已迁走：请找其他场所码，或向工作人员出示您的码。
problem-place-closed-staff = 没有登记。此场所已关闭。
problem-no-visit-keys-title = 现在各处都不能登记
problem-no-visit-keys = 没有登记：我们这里缺少为登记保密的密钥。请向工作人员出示您的码，按其指引进入，以后不必补登记。
problem-no-visit-keys-staff = 没有登记：我们缺少封存到访记录所需的密钥。请按你们的规定放行，事后不必补登。

# 给管理员。
visit-keys-missing = 今天任何人都不能登记进出：缺少某个单位的当日密钥。两个单位须各自生成密钥（tongxing authority keys），提交公钥列表并确认。
visit-keys-run-out = 自 { $day } 起任何人都不能登记进出：两个单位的每日密钥即将用完。两个单位须各自生成下个月的密钥，提交公钥列表并确认。

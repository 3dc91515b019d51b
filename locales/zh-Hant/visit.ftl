# 進入和離開場所。

problem-visit-quota-title = 今天登記的次數很多了
problem-visit-quota = 您今天已登記 50 次，零點之前不再計入。請向工作人員出示您的碼。
problem-visit-quota-staff = 您今天已為此人登記50次，午夜前不再計數。這次沒有登記。
problem-ticket-title = 這個頁面已過時
problem-ticket = 沒有登記。請重新掃描場所碼，即可登記。
problem-entry-rule-title = 您現在不能從這裡進入
problem-entry-rule = 沒有登記。這個場所只允許持有效綠碼的人員進入。請打開您的碼：上面寫明了顏色、原因和您可以怎麼做。
problem-place-unknown-title = 沒有這個場所碼
problem-place-unknown = 沒有登記。如果是手工輸入的，請檢查一下；如果是掃描的，請告訴工作人員，並出示您的碼。
problem-place-ended-title = 這張場所碼已停用
problem-place-ended = 沒有登記。已有新的場所碼，請掃描新的；如果沒有看到，請向工作人員出示您的碼。
problem-place-stale-title = 這是其他日期的場所碼
problem-place-stale = 沒有登記。請重新掃描門口螢幕上的碼：它每天更換。
problem-place-waiting-title = 這個場所還沒有開通
problem-place-waiting = 沒有登記。場所已提交登記，尚未通過審核。請向工作人員出示您的碼。
problem-place-waiting-staff = 沒有登記。此場所或其變更尚未獲得批准。
problem-place-suspended-title = 這裡暫停登記
problem-place-suspended = 沒有登記。這個場所暫停登記。請向工作人員出示您的碼。
problem-place-suspended-staff = 沒有登記。此場所已暫停登記，請在場所頁面恢復。
problem-place-closed-title = 這個場所已關閉
problem-place-closed = 沒有登記。場所已關閉或已遷走：請找其他場所碼，或向工作人員出示您的碼。
problem-place-closed-staff = 沒有登記。此場所已關閉。
problem-no-visit-keys-title = 現在各處都不能登記
problem-no-visit-keys = 沒有登記：我們這裡缺少為登記保密的密鑰。請向工作人員出示您的碼，按其指引進入，以後不必補登記。
problem-no-visit-keys-staff = 沒有登記：我們缺少封存到訪記錄所需的金鑰。請按你們的規定放行，事後不必補登。

# 給管理員。
visit-keys-missing = 今天任何人都不能登記進出：缺少某個單位的當日密鑰。兩個單位須各自產生密鑰（tongxing authority keys），提交公鑰列表並確認。
visit-keys-run-out = 自 { $day } 起任何人都不能登記進出：兩個單位的每日密鑰即將用完。兩個單位須各自產生下個月的密鑰，提交公鑰列表並確認。

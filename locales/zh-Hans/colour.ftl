reason-nothing_against = 没有不准通行的记录。
reason-confirmed_case = 您被登记为确诊病例。
reason-suspected_case = 您被登记为疑似病例。
reason-asymptomatic_case = 您被登记为无症状感染者。
reason-positive_test = 检测结果为阳性。
reason-fever_case = 卫生人员已确认您曾发热。
reason-fever_wuhan = 卫生人员已确认您曾在武汉发热。
reason-fever_elsewhere = 卫生人员已确认您曾在武汉以外发热。7天内没有颜色；期满自动转为绿码，除非登记为病例。
reason-recovering = 您已登记痊愈，愈后观察期未满。
reason-recovered_observation = 您已登记痊愈，处于愈后观察期的最后14天。
reason-close_contact = 您被登记为密切接触者。

evidence-declaration = 健康申报
evidence-temperature_report = 已确认的发热上报
evidence-case_confirmed = 确诊病例
evidence-case_suspected = 疑似病例
evidence-case_contact = 密切接触
evidence-case_asymptomatic = 无症状感染
evidence-test_result = 检测结果
evidence-isolation_end = 解除隔离
evidence-recovery = 痊愈
evidence-vaccination = 疫苗接种
evidence-test = 检测
evidence-cleared = 签发方准予通行
evidence-other = 其他内容
evidence-national_code = 国家健康信息码

way-back-time = 期满自动解除。
way-back-correction = 登记单位更正后解除。您可以申诉。
way-back-declaration = 您重新申报、情况不再如此后解除。
way-back-recovery = 登记痊愈后解除。
way-back-isolation_end = 登记解除隔离后解除。
way-back-test_result = 之后的检测结果为阴性后解除。

entry-reason-accepted = 按规则可凭此进入本省。

explain-time = { $day }{ $time }
explain-on = 规则“{ $rule }”适用，依据：{ $evidence }，{ $time }。{ $reason }
explain-on-all = 规则“{ $rule }”适用于全部记录。{ $reason }
explain-none = 没有规则适用。{ $reason }
explain-lesser = 以更严重的规则为准。
explain-outcome = { $outcome }。自{ $since }起，依据规则集 { $set }。
explain-outcome-now = { $outcome }，依据规则集 { $set }。
explain-until = { $time }自动转为：{ $outcome }。
explain-stays = 目前没有会自动解除的期限。

reason-nothing_against = 沒有不准通行的記錄。
reason-confirmed_case = 您被登記為確診病例。
reason-suspected_case = 您被登記為疑似病例。
reason-asymptomatic_case = 您被登記為無症狀感染者。
reason-positive_test = 檢測結果為陽性。
reason-fever_case = 衛生人員已確認您曾發熱。
reason-fever_wuhan = 衛生人員已確認您曾在武漢發熱。
reason-fever_elsewhere = 衛生人員已確認您曾在武漢以外發熱。7天內沒有顏色；期滿自動轉為綠碼，除非登記為病例。
reason-recovering = 您已登記痊癒，癒後觀察期未滿。
reason-recovered_observation = 您已登記痊癒，處於癒後觀察期的最後14天。
reason-close_contact = 您被登記為密切接觸者。

evidence-declaration = 健康申報
evidence-temperature_report = 已確認的發熱上報
evidence-case_confirmed = 確診病例
evidence-case_suspected = 疑似病例
evidence-case_contact = 密切接觸
evidence-case_asymptomatic = 無症狀感染
evidence-test_result = 檢測結果
evidence-isolation_end = 解除隔離
evidence-recovery = 痊癒
evidence-vaccination = 疫苗接種
evidence-test = 檢測
evidence-cleared = 簽發方准予通行
evidence-other = 其他內容
evidence-national_code = 國家健康信息碼

way-back-time = 期滿自動解除。
way-back-correction = 登記單位更正後解除。您可以申訴。
way-back-declaration = 您重新申報、情況不再如此後解除。
way-back-recovery = 登記痊癒後解除。
way-back-isolation_end = 登記解除隔離後解除。
way-back-test_result = 之後的檢測結果為陰性後解除。

entry-reason-accepted = 按規則可憑此進入本省。

explain-time = { $day }{ $time }
explain-on = 規則「{ $rule }」適用，依據：{ $evidence }，{ $time }。{ $reason }
explain-on-all = 規則「{ $rule }」適用於全部記錄。{ $reason }
explain-none = 沒有規則適用。{ $reason }
explain-lesser = 以更嚴重的規則為準。
explain-outcome = { $outcome }。自{ $since }起，依據規則集 { $set }。
explain-outcome-now = { $outcome }，依據規則集 { $set }。
explain-until = { $time }自動轉為：{ $outcome }。
explain-stays = 目前沒有會自動解除的期限。

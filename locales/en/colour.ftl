reason-nothing_against = Nothing is on record that stands against passing.
reason-confirmed_case = You are recorded as a confirmed case.
reason-suspected_case = You are recorded as a suspected case.
reason-asymptomatic_case = You are recorded as infected without symptoms.
reason-positive_test = A test found the infection.
reason-fever_case = A health officer has confirmed that you had a fever.
reason-fever_wuhan = A health officer has confirmed that you had a fever in Wuhan.
reason-fever_elsewhere = A health officer has confirmed that you had a fever, outside Wuhan. For 7 days you have no colour; then it is green by itself, unless a case is recorded.
reason-recovering = Your recovery is recorded, and the observation after it is not over.
reason-recovered_observation = Your recovery is recorded, and you are in the last 14 days of the observation after it.
reason-close_contact = You are recorded as a close contact of a case.

evidence-declaration = health declaration
evidence-temperature_report = confirmed report of a fever
evidence-case_confirmed = confirmed case
evidence-case_suspected = suspected case
evidence-case_contact = close contact
evidence-case_asymptomatic = infection without symptoms
evidence-test_result = test result
evidence-isolation_end = end of isolation
evidence-recovery = recovery
evidence-vaccination = vaccination
evidence-test = test
evidence-cleared = clearance by the issuer
evidence-other = another statement
evidence-national_code = national code

way-back-time = It ends by itself when its time is over.
way-back-correction = It ends when the office that recorded it corrects it. You can appeal.
way-back-declaration = It ends when you make a new declaration in which this is no longer so.
way-back-recovery = It ends when your recovery is recorded.
way-back-isolation_end = It ends when the end of your isolation is recorded.
way-back-test_result = It ends when a later test finds no infection.

entry-reason-accepted = The rules accept this for entering the province.

explain-time = { $time }, { $day }
explain-on = Rule “{ $rule }” holds because of: { $evidence }, { $time }. { $reason }
explain-on-all = Rule “{ $rule }” holds for all that is on record. { $reason }
explain-none = No rule holds. { $reason }
explain-lesser = A more severe rule decides.
explain-outcome = { $outcome }. So since { $since }, under rule set { $set }.
explain-outcome-now = { $outcome }, under rule set { $set }.
explain-until = At { $time } it becomes by itself: { $outcome }.
explain-stays = Nothing that is known ends this by itself.

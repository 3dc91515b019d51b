# What inspectors' devices are told when something is refused.
problem-enrolment-code-title = 此註冊碼無效
problem-enrolment-code = 註冊碼不存在、已使用過，或已超過24小時。請重新輸入；如仍被拒絕，請向管理員索取新的註冊碼。
problem-device-withdrawn-title = 此設備已停用
problem-device-withdrawn = 管理員已停用此設備，不能再用於查驗或上報。設備中尚未上報的內容仍然保留，請匯出後將檔案交給管理員。

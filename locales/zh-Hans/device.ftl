# What inspectors' devices are told when something is refused.
problem-enrolment-code-title = 此注册码无效
problem-enrolment-code = 注册码不存在、已使用过，或已超过24小时。请重新输入；如仍被拒绝，请向管理员索取新的注册码。
problem-device-withdrawn-title = 此设备已停用
problem-device-withdrawn = 管理员已停用此设备，不能再用于查验或上报。设备中尚未上报的内容仍然保留，请导出后将文件交给管理员。

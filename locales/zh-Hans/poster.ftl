# 印在场所码海报上的文字。crates/paper/fonts 里的字体只含这些字：修改后请运行 `make fonts`。
poster-title = 进出登记
poster-scan = 进入时请扫码，离开时请再扫一次
poster-no-app = 无需安装应用：用任何手机相机、支付宝或微信扫描即可打开
poster-type = 无法扫码？请输入以下网址，或请工作人员协助
poster-made = 制作日期：{ $year }年{ $month }{ $day }日　第{ $version }版
poster-code = 二维码，打开 { $link }

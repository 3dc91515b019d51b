# 印在場所碼海報上的文字。crates/paper/fonts 裡的字型只含這些字：修改後請執行 `make fonts`。
poster-title = 進出登記
poster-scan = 進入時請掃碼，離開時請再掃一次
poster-no-app = 無需安裝應用程式：用任何手機相機、支付寶或微信掃描即可開啟
poster-type = 無法掃碼？請輸入以下網址，或請工作人員協助
poster-made = 製作日期：{ $year }年{ $month }{ $day }日　第{ $version }版
poster-code = QR 碼，開啟 { $link }

# What is printed on location posters. The fonts in crates/paper/fonts are cut to these words: after a change run `make fonts`.
poster-title = Entry and exit registration
poster-scan = Scan when you come in, and again when you leave
poster-no-app = No app needed: any camera, Alipay or WeChat opens it
poster-type = Cannot scan? Type this address, or ask the staff
poster-made = Made on { $day } { $month } { $year }, version { $version }
poster-code = QR code that opens { $link }

# What inspectors' devices are told when something is refused.
problem-enrolment-code-title = This enrolment code does not count
problem-enrolment-code = It is unknown, was used before, or is older than 24 hours. Type it again; if it is refused again, ask an administrator for a new one.
problem-device-withdrawn-title = This device has been withdrawn
problem-device-withdrawn = An administrator has withdrawn this device: it can neither check nor send any more. What it still holds stays on it; export it and hand the file to an administrator.

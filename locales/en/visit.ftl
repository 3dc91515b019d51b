# Entering and leaving locations.

problem-visit-quota-title = That is very often for one day
problem-visit-quota = You have registered 50 times today: no more is counted until midnight. Show your code to the staff instead.
problem-visit-quota-staff = This person was registered 50 times by you today: no more is counted until midnight. Nothing was registered now.
problem-ticket-title = This page is too old
problem-ticket = Nothing was registered. Scan the poster again, and it works.
problem-entry-rule-title = You cannot enter here now
problem-entry-rule = Nothing was registered. This place lets in people with a green code that is good now. Open your code: it says what it is, why, and what you can do.
problem-place-unknown-title = We do not know this code
problem-place-unknown = Nothing was registered. If you typed it, check it. If you scanned it, tell the staff, and show them your code.
problem-place-ended-title = This poster is no longer used
problem-place-ended = Nothing was registered. There is a new poster: scan that one. If you see none, show the staff your code.
problem-place-stale-title = This code was of another day
problem-place-stale = Nothing was registered. Scan the screen at the door again: its code changes every day.
problem-place-waiting-title = This place is not ready yet
problem-place-waiting = Nothing was registered. The place has registered with us, and nobody has approved it yet. Show the staff your code.
problem-place-waiting-staff = Nothing was registered. Nobody has approved this place yet, or what was changed of it.
problem-place-suspended-title = Nobody registers here for now
problem-place-suspended = Nothing was registered. Registration at this place is suspended. Show the staff your code.
problem-place-suspended-staff = Nothing was registered. Registration at this place is suspended: open it again on the page of the location.
problem-place-closed-title = This place is closed
problem-place-closed = Nothing was registered. The place has closed, or has moved: look for another poster, or show the staff your code.
problem-place-closed-staff = Nothing was registered. This place is closed.
problem-no-visit-keys-title = Nobody can register anywhere now
problem-no-visit-keys = Nothing was registered: what keeps visits secret is missing on our side. Show the staff your code, and go in as they say. You need not come back for it.
problem-no-visit-keys-staff = Nothing was registered: what keeps visits secret is missing on our side. Let people in as your rules say. You need not register them later.

# For administrators.
visit-keys-missing = Nobody can register entries and exits today: a day key of a unit is missing. Both units have to make keys (tongxing authority keys), hand in their public lists, and confirm them.
visit-keys-run-out = From { $day } on nobody can register entries and exits: the units’ day keys run out. Both units have to make keys for the next month, hand in their public lists, and confirm them.

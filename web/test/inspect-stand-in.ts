/** The counterpart of the protocol and codes in its name, for browser tests that need both to fail on demand. */

import { TrustList } from "../src/verify/index";
import { fromBase64url } from "../src/bytes";
import { Specimens } from "../src/inspect/core/specimen";
import { FakeServer } from "./inspect-server";

export { FakeServer };

export const codesOf = ({ rules, origin }: FakeServer): Specimens =>
	new Specimens({ kid: fromBase64url(rules.kid), privateKey: rules.privateKey }, TrustList.empty(), (length) => crypto.getRandomValues(new Uint8Array(length)), "UTO", `${origin}/status/1`);

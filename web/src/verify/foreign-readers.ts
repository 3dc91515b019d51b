/**
 * The readers of foreign formats: a module of its own, for whoever loads them only once a foreign code comes (`scan.ts`).
 * What they refuse is told by `undefined`: an error of another bundle's class would not be known as a refusal.
 */

import type { Foreign } from "./foreign";
import { readHcert } from "./hcert";
import { readNzcp } from "./nzcp";
import { attempt } from "./refused";
import { readShc } from "./shc";
import type { Format } from "./trust";
import { readVdsNc } from "./vds-nc";

export type ForeignFormat = Exclude<Format, "tongxing">;

const READERS: Record<ForeignFormat, (text: string) => Foreign | Promise<Foreign>> = { hcert: readHcert, shc: readShc, nzcp: readNzcp, "vds-nc": readVdsNc };

export const readForeign = (format: ForeignFormat, text: string): Promise<Foreign | undefined> => attempt(() => READERS[format](text));

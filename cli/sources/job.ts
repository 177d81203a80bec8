import { Resource } from "../../policies/resource";

/** What the child process is asked to run. */
export interface Job {
    readonly entry: string;
    readonly esm: boolean;
    readonly cwd: string;
    /** Directory of the project. */
    readonly root: string;
    readonly project: string;
    readonly stack: string;
    readonly config: Readonly<Record<string, string>>;
    readonly secretKeys: readonly string[];
}

/** What became of it. */
export type Outcome =
    | { readonly ok: true; readonly resources: readonly Resource[]; readonly assumptions: readonly string[]; readonly secrets: readonly string[] }
    | {
          readonly ok: false;
          /** Completes "<program> …". */
          readonly message: string;
          /** The configuration key that is missing, if that is why. */
          readonly missing?: string;
      };

/** Everything that a script changes (variables, functions, settings, rules), with branches that can be tried and merged. */
export type Changes<E> = ReadonlyMap<string, E | undefined>;

export class Store<E> {
    private readonly entries = new Map<string, E>();
    /** For each open branch: what the changed keys held when it began. */
    private readonly journals: Map<string, E | undefined>[] = [];

    get(key: string): E | undefined {
        return this.entries.get(key);
    }

    /** Sets a key; `undefined` removes it. */
    set(key: string, entry: E | undefined): void {
        const journal = this.journals[this.journals.length - 1];
        if (journal !== undefined && !journal.has(key)) {
            journal.set(key, this.entries.get(key));
        }
        this.put(key, entry);
    }

    private put(key: string, entry: E | undefined): void {
        if (entry === undefined) {
            this.entries.delete(key);
        } else {
            this.entries.set(key, entry);
        }
    }

    keys(prefix: string): string[] {
        return [...this.entries.keys()].filter((key) => key.startsWith(prefix));
    }

    get depth(): number {
        return this.journals.length;
    }

    /** Opens a branch; `end` closes it. */
    begin(): void {
        this.journals.push(new Map());
    }

    /** Closes the innermost branch, undoes it, and gives what it had changed. */
    end(): Changes<E> {
        const journal = this.journals.pop();
        if (journal === undefined) {
            throw new Error("no branch is open");
        }
        const changes = new Map<string, E | undefined>();
        for (const [key, before] of journal) {
            changes.set(key, this.entries.get(key));
            this.put(key, before);
        }
        return changes;
    }

    /** What has changed since the branch at `level` began, without closing anything. */
    since(level: number): Changes<E> {
        const changes = new Map<string, E | undefined>();
        for (const journal of this.journals.slice(level)) {
            for (const key of journal.keys()) {
                changes.set(key, this.entries.get(key));
            }
        }
        return changes;
    }

    apply(changes: Changes<E>): void {
        for (const [key, entry] of changes) {
            this.set(key, entry);
        }
    }
}

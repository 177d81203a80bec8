/**
 * Memory of the sizes that are small for Windows, in GiB; what is not listed has enough, or is not for Windows
 * (Microsoft: B, Bv2, A and F series; AWS: T2, T3 and T3a instances).
 */
const memory: Readonly<Record<string, number>> = {
    standard_b1ls: 0.5, standard_b1s: 1, standard_b1ms: 2, standard_b2ts_v2: 1, standard_b2ats_v2: 1,
    basic_a0: 0.75, standard_a0: 0.75, basic_a1: 1.75, standard_a1: 1.75, standard_a1_v2: 2, standard_f1: 2, standard_f1s: 2,
    "t1.micro": 0.6, "t2.nano": 0.5, "t2.micro": 1, "t2.small": 2, "t3.nano": 0.5, "t3.micro": 1, "t3.small": 2, "t3a.nano": 0.5, "t3a.micro": 1, "t3a.small": 2,
};

/** GiB of memory, for small sizes only. */
export function smallMemory(size: string): number | undefined {
    const key = size.toLowerCase();
    return Object.hasOwn(memory, key) ? memory[key] : undefined;
}

/** An EC2 type that lives on CPU credits: throttled to a fraction of a core once they are used up, where they are not unlimited (rdp-domain §6.4). */
export function livesOnCredits(size: string): boolean {
    return /^t(?:2|3|3a)\./i.test(size);
}

/** A series of Azure's sizes that Microsoft has retired, or has announced to. */
export interface RetiredSeries {
    /** "Dv2" */
    readonly title: string;
    /** The day on which its machines are stopped, as `YYYY-MM-DD`; from then on none can be made. */
    readonly on: string;
}

/** When somebody last compared the dates below with Microsoft's list ("Retired Azure VM size series", and the pages of single series). */
export const sizesReviewed = "2026-11-21";

const series: readonly (readonly [RegExp, string, string])[] = [
    [/^(?:basic|standard)_a[0-7]$/, "A", "2024-08-31"],
    [/^standard_nv\d+(?:_promo)?$/, "NV", "2023-09-06"],
    [/^standard_nc\d+r?(?:_promo)?$/, "NC", "2023-09-06"],
    [/^standard_nc\d+r?s_v2$/, "NCv2", "2023-09-06"],
    [/^standard_nd\d+r?s$/, "ND", "2023-09-06"],
    [/^standard_hb60(?:-\d+)?rs$/, "HB", "2024-08-31"],
    [/^standard_nc\d+r?s_v3$/, "NCv3", "2025-09-30"],
    [/^standard_dc\d+s_v2$/, "DCsv2", "2026-06-30"],
    [/^standard_nv\d+s_v3$/, "NVv3", "2026-09-30"],
    [/^standard_nv\d+as_v4$/, "NVv4", "2026-09-30"],
    [/^standard_d\d+$/, "D", "2028-05-01"],
    [/^standard_ds\d+(?:-\d+)?$/, "Ds", "2028-05-01"],
    [/^standard_d\d+_v2(?:_promo)?$/, "Dv2", "2028-05-01"],
    [/^standard_ds\d+(?:-\d+)?_v2(?:_promo)?$/, "Dsv2", "2028-05-01"],
    [/^standard_l\d+s$/, "Ls", "2028-05-01"],
    [/^standard_a\d+m?_v2$/, "Av2", "2028-11-15"],
    [/^standard_b\d+(?:ls|ms|s)$/, "B (the first, without _v2)", "2028-11-15"],
    [/^standard_f\d+$/, "F", "2028-11-15"],
    [/^standard_f\d+s$/, "Fs", "2028-11-15"],
    [/^standard_f\d+s_v2$/, "Fsv2", "2028-11-15"],
    [/^standard_g\d+$/, "G", "2028-11-15"],
    [/^standard_gs\d+(?:-\d+)?$/, "Gs", "2028-11-15"],
    [/^standard_l\d+s_v2$/, "Lsv2", "2028-11-15"],
    [/^standard_dc\d+d?s_v3$/, "DCsv3", "2029-10-31"],
];

/** The series of an Azure size, where its end is known. */
export function retirementOf(size: string): RetiredSeries | undefined {
    const found = series.find(([pattern]) => pattern.test(size.toLowerCase()));
    return found === undefined ? undefined : { title: found[1], on: found[2] };
}

/** The one or the many form of a text. */
export const plural = (n: number, one: string, many: string): string => (n === 1 ? one : many);

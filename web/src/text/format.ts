// Dates, numbers and times through Intl, in the language of the texts.
const language = "en-GB";

const oneDecimal = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
const dayAndTime = new Intl.DateTimeFormat(language, {
	weekday: "long",
	day: "numeric",
	month: "long",
	hour: "2-digit",
	minute: "2-digit",
});
const list = new Intl.ListFormat(language, { type: "conjunction" });

/** 162000 → "2:42"; an hour or more → "1:02:03". Negative times read as 0:00. */
export function clock(ms: number): string {
	const total = Math.max(0, Math.floor(ms / 1000));
	const seconds = String(total % 60).padStart(2, "0");
	const minutes = Math.floor(total / 60);
	if (minutes < 60) return `${minutes}:${seconds}`;
	return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${seconds}`;
}

/** 304000 → "5 min 4 s"; 9000 → "9 s". */
export function duration(ms: number): string {
	const total = Math.max(0, Math.round(ms / 1000));
	const minutes = Math.floor(total / 60);
	const seconds = total % 60;
	if (minutes === 0) return `${seconds} s`;
	return seconds === 0 ? `${whole.format(minutes)} min` : `${whole.format(minutes)} min ${seconds} s`;
}

/** 21000 → "21 seconds"; 600 → "0.6 seconds"; 75000 → "1 min 15 s". */
export function spokenDuration(ms: number): string {
	if (ms >= 60_000) return duration(ms);
	if (ms >= 10_000 || ms % 1000 === 0) {
		const seconds = Math.round(ms / 1000);
		return seconds === 1 ? "1 second" : `${whole.format(seconds)} seconds`;
	}
	return `${oneDecimal.format(ms / 1000)} seconds`;
}

/** 4 → "4.0", for scores, heat and trust. */
export const score = (value: number): string => oneDecimal.format(value);

/** 0.55 → "55%". */
export const share = (value: number): string => percent.format(value);

/** An RFC 3339 time → "Thursday 19 November at 10:42", in the reader's time zone; empty when it is no time. */
export function day(iso: string): string {
	const at = Date.parse(iso);
	return Number.isNaN(at) ? "" : dayAndTime.format(at);
}

const shortDay = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });

/** An RFC 3339 time → "19 Nov", in the reader's time zone; empty when it is no time. */
export function dayOnly(iso: string): string {
	const at = Date.parse(iso);
	return Number.isNaN(at) ? "" : shortDay.format(at);
}

/** ["a", "b", "c"] → "a, b and c". */
export const and = (items: string[]): string => list.format(items);

/** "retail" → "Retail". */
export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** "worth less the second time" → "Worth less the second time." */
export const sentence = (words: string): string => (words === "" ? "" : capital(/[.?…]$/.test(words) ? words : `${words}.`));

/** "Maya Torres" → "Maya". */
export const firstName = (name: string): string => name.split(/\s+/)[0] || name;

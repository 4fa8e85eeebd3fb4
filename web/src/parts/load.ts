import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/client";

export type Load<T> = { state: "loading" } | { state: "ready"; value: T } | { state: "failed"; error: ApiError };

/** Loads once for each key, and again on demand. A reload keeps showing what was there until the new answer is in. */
export function useLoad<T>(key: string, run: () => Promise<T>): Load<T> & { reload: () => void } {
	const [round, setRound] = useState(0);
	const [load, setLoad] = useState<Load<T> & { key: string }>({ state: "loading", key });
	// biome-ignore lint/correctness/useExhaustiveDependencies: what is loaded is named by the key alone
	useEffect(() => {
		let current = true;
		run().then(
			(value) => current && setLoad({ state: "ready", value, key }),
			(error: unknown) =>
				current && setLoad({ state: "failed", error: error instanceof ApiError ? error : new ApiError(0, ""), key }),
		);
		return () => {
			current = false;
		};
	}, [key, round]);
	const shown: Load<T> = load.key === key ? load : { state: "loading" };
	return { ...shown, reload: () => setRound((n) => n + 1) };
}

import { microphoneConstraints } from "../line/mic";

/** Why no microphone could be had. */
export type MicProblem = "denied" | "none" | "busy" | "unsupported" | "insecure" | "other";

/** What a page can and may do with microphones, before asking for one; null when all is there. */
export function missing(page: { secure: boolean; devices: boolean; peers: boolean }): MicProblem | null {
	// A browser hides mediaDevices on an insecure address, so that is looked at first.
	if (!page.secure) return "insecure";
	if (!page.devices || !page.peers) return "unsupported";
	return null;
}

/** The problem that an error of getUserMedia stands for. */
export function problemOf(error: unknown): MicProblem {
	const name = error instanceof Error || error instanceof DOMException ? error.name : "";
	switch (name) {
		case "NotAllowedError":
		case "SecurityError":
			return "denied";
		case "NotFoundError":
		case "OverconstrainedError":
			return "none";
		case "NotReadableError":
		case "AbortError":
			return "busy";
		case "TypeError":
			return "unsupported";
		default:
			return "other";
	}
}

export type Opened = { stream: MediaStream; problem: null } | { stream: null; problem: MicProblem };

/** Opens a microphone for a call; deviceId "" is the system's own choice. */
export async function openMicrophone(deviceId: string): Promise<Opened> {
	const problem = missing({
		secure: window.isSecureContext,
		devices: typeof navigator.mediaDevices?.getUserMedia === "function",
		peers: typeof RTCPeerConnection === "function",
	});
	if (problem) return { stream: null, problem };
	try {
		return { stream: await navigator.mediaDevices.getUserMedia(microphoneConstraints(deviceId)), problem: null };
	} catch (error) {
		// A remembered microphone may have been left at the office; any other will do.
		if (deviceId !== "" && problemOf(error) === "none") return openMicrophone("");
		return { stream: null, problem: problemOf(error) };
	}
}

/** The microphones there are; labels are empty until one was allowed. */
export async function microphones(): Promise<MediaDeviceInfo[]> {
	const devices = await navigator.mediaDevices.enumerateDevices();
	return devices.filter((d) => d.kind === "audioinput" && d.deviceId !== "");
}

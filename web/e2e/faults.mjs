export const browserFaults = {};
export const callFaults = {};

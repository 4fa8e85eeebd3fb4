// Runs before the first paint, so that a chosen theme never flashes. The theme follows the system unless one was chosen.
try {
	const theme = localStorage.getItem("rapport.theme");
	if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
	// Storage may be switched off; the system's theme is then used.
}

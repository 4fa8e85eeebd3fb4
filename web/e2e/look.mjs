// Looking at a page: light, dark and on a phone, with axe's findings and whether it is wider than the window.
import { AxeBuilder } from "@axe-core/playwright";

export const variants = [
	{ name: "light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
	{ name: "dark", viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
	{ name: "phone", viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true, deviceScaleFactor: 2 },
];

/** What is wrong with a page as it is shown, one line each. */
export async function findings(page) {
	const { violations } = await new AxeBuilder({ page })
		.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
		.analyze();
	const wrong = violations.map((v) => {
		const where = v.nodes.map((n) => `${n.target} ${n.failureSummary?.split("\n")[1] ?? ""}`).slice(0, 3);
		return `axe ${v.id}: ${v.help} (${where.join(" | ")})`;
	});
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	if (wide > 0) wrong.push(`the page is ${wide} px wider than the window`);
	return wrong;
}

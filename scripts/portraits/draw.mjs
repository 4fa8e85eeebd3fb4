// Draws the customers' portraits, one family of faces, from the table in people.mjs:
//   node scripts/portraits/draw.mjs          writes personas/<slug>/portrait.svg
//   node scripts/portraits/draw.mjs check    ends with 1 when a portrait is not what the table draws
// A face is layers on a 96 × 96 disc: hair behind, neck, clothes, ears, face, hair before, beard, brows, eyes, nose,
// mouth, glasses. Colours of disc, hair and clothes have a second value for dark pages.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { people } from "./people.mjs";

const skins = {
  fair: ["#f0c9ac", "#d9a585", "#a4654a"],
  rosy: ["#edbb9f", "#d39576", "#9c5843"],
  olive: ["#dcb088", "#bd8d63", "#8a5d3b"],
  warm: ["#c8895f", "#a96c47", "#7c4a2e"],
  brown: ["#a96f48", "#885433", "#5f371f"],
  deep: ["#7d4f35", "#613a26", "#3f2416"],
};

const hairs = {
  black: ["#26201e", "#141010"],
  brown: ["#4a3226", "#38261d"],
  dark: ["#35261f", "#1f1613"],
  chestnut: ["#6b4029", "#583420"],
  blond: ["#c79d5d", "#ab8448"],
  sand: ["#9a7850", "#80623f"],
  grey: ["#9a9791", "#84817c"],
  white: ["#d8d5cf", "#bab7b1"],
  pepper: ["#5d5955", "#4a4744"],
};

const clothes = {
  teal: ["#4a6966", "#3b5653", "#6a8d89", "#557773"],
  slate: ["#566270", "#454f5b", "#7d8b9b", "#66737f"],
  plum: ["#6e4f63", "#593f50", "#93728a", "#7a5d72"],
  moss: ["#67704a", "#545c3b", "#8d976d", "#757e58"],
  brick: ["#8b5445", "#734436", "#ac7665", "#925f50"],
  sand: ["#a58f6c", "#8b7757", "#c0ab88", "#a5906e"],
  navy: ["#3c4a63", "#2f3b50", "#64748f", "#525f78"],
  clay: ["#a06f52", "#875b42", "#bd8d70", "#a2755a"],
  rose: ["#a3707a", "#8a5c65", "#bf8f98", "#a57680"],
  coal: ["#43413f", "#343231", "#6b6865", "#575452"],
};

const discs = {
  sage: ["#d9e4dd", "#2f403d"],
  dusk: ["#dcdde8", "#34374a"],
  oat: ["#ebe2d2", "#443c2f"],
  blush: ["#ecdcd8", "#48352f"],
  mist: ["#d8e3e8", "#2d3e46"],
  fern: ["#e0e5cf", "#3a412b"],
};

// Faces: the outline of the head.
const faces = {
  oval: "M30.5 44c0-14 7-22 17.5-22s17.5 8 17.5 22c0 13-8 24-17.5 24S30.5 57 30.5 44Z",
  round: "M29.5 45c0-14 7.5-22.5 18.5-22.5S66.5 31 66.5 45c0 13-8 22-18.5 22S29.5 58 29.5 45Z",
  long: "M31 43.5C31 29 37.5 21.500 48 21.500S65 29 65 43.500c0 14.500-7.500 26-17 26s-17-11.500-17-26Z",
  square: "M30 43c0-14 7-21.500 18-21.500S66 29 66 43c0 7-.8 12-3.200 16.500C60 65.500 54.500 69 48 69s-12-3.500-14.800-9.500C30.800 55 30 50 30 43Z",
};

// Hair: what lies behind the head and what lies before it.
const cuts = {
  long: {
    back: "M24 60c-5-26 6-43 24-43s29 17 24 43c-1 8 2 12 5 17-9 5-49 5-58 0 3-5 6-9 5-17Z",
    front: "M29.500 47c-2-18 6-27 19-27s20 9 18 27c-2-7-6-12-10-16-6 6-18 8-23 7-2 3-3 6-4 9Z",
  },
  bob: {
    back: "M26 62c-6-24 3-45 22-45s28 21 22 45c-6 3-10 2-13 0H39c-3 2-7 3-13 0Z",
    front: "M29 48c-2-19 6-28 19-28s21 9 19 28c-1-8-3-12-5-16-9 3-20 3-28 0-2 4-4 8-5 16Z",
  },
  fringe: {
    back: "M25 68c-6-28 3-51 23-51s29 23 23 51c-5 5-11 5-14 3H39c-3 2-9 2-14-3Z",
    front: "M29 47c-2-19 6-28 19-28s21 9 19 28c-.6-4-1.500-7-3-10-10 2.500-22 2.500-32 0-1.500 3-2.400 6-3 10Z",
  },
  bun: {
    back: "M40 16c-1-7 3-11 8-11s9 4 8 11c9 3 13 12 12 28l-40 0c-1-16 3-25 12-28Z",
    front: "M29.500 46c-2-17 6-26.500 18.500-26.500S68.500 29 66.500 46c-2-8-6-14-12-17-7-1-14 0-17 3-3.500 3-6 8-8 14Z",
  },
  tail: {
    back: "M28 44c-2-17 7-27 20-27 9 0 16 5 18 13 7 3 10 11 9 22-.5 7-3 12-7 14 1-6 0-12-3-18Z",
    front: "M29.500 46c-2-17 6-26.500 18.500-26.500S68.500 29 66.500 46c-2-9-6-15-12-18-9 5-18 8-22 9-1 2-2 5-3 9Z",
  },
  curls: {
    back: "M48 12c6-3 13 0 15 5 6 1 10 7 9 13 4 4 5 11 2 16 3 6 1 13-4 16-2 6-9 8-14 5H40c-5 3-12 1-14-5-5-3-7-10-4-16-3-5-2-12 2-16-1-6 3-12 9-13 2-5 9-8 15-5Z",
    front: "M30 46c-3-5-1-11 2-13 0-5 5-9 9-8 4-4 10-4 14 0 4-1 9 3 9 8 3 2 5 8 2 13-1-4-3-8-6-10-5 1-9-1-12-3-4 3-8 4-13 3-2 3-4 6-5 10Z",
  },
  crop: {
    back: "M29 44c-2-18 7-27 19-27s21 9 19 27Z",
    front: "M29.500 44c-2-16 6-25 18.500-25s20.500 9 18.500 25c-1-6-2.500-9-4.500-11.500-8 1-19 1-28 0-2 2.500-3.500 5.500-4.500 11.500Z",
  },
  part: {
    back: "M28.500 45c-3-18 6-28 19.500-28s22 10 19.500 28Z",
    front: "M29.500 45c-2-15 5-26 18.500-26 13 0 21 10 18.500 26-1.200-6-3-10-6-13-9 1-16-2-19-5-3 5-8 9-12 18Z",
  },
  quiff: {
    back: "M29 44c-3-19 7-28 19-28s22 9 19 28Z",
    front: "M29.500 45c-2-12-1-19 5-23 6-7 20-8 28 0 5 5 6 13 4 23-1-7-3-11-5-13-10-1-19-4-24-2-4 4-6 8-8 15Z",
  },
  tight: {
    back: "M29 43c-2-18 7-26 19-26s21 8 19 26Z",
    front: "M29.700 42.500c-1.500-14.500 6-23 18.300-23s19.800 8.500 18.300 23c-1.500-5-2.300-7.500-3.300-9-9-4.500-21-4.500-30 0-1 1.500-1.800 4-3.300 9Z",
  },
  thin: {
    back: "M28 50c-2-6-1-12 2-16h36c3 4 4 10 2 16Z",
    front: "M29.500 47c-1.500-5-1-9 1.500-12.500 1 3 1 7-1.500 12.500ZM66.500 47c1.500-5 1-9-1.500-12.500-1 3-1 7 1.500 12.500Z",
  },
  waves: {
    back: "M27 58c-7-4-5-12-2-16-2-14 8-26 23-26s25 12 23 26c3 4 5 12-2 16-6 4-10 3-12 1H39c-2 2-6 3-12-1Z",
    front: "M29.500 46c-4-6-1-13 3-15 2-7 9-11 15-10 7-1 14 2 16 9 5 3 6 10 3 16-1-6-4-9-8-11-6 1-10-1-13-4-4 4-8 5-12 5-2 3-3 6-4 10Z",
  },
  none: { back: "", front: "" },
};

const beards = {
  full: "M30.500 47c.5 5 1.500 10 4 14.500C37.500 67 42.500 70.500 48 70.500s10.500-3.500 13.500-9c2.500-4.500 3.500-9.500 4-14.500-2 3-3 6-4.500 8-3 1.500-8.500 0-13-.5-4.500.5-10 2-13 .5-1.500-2-2.500-5-4.500-8Z",
  short: "M31 50c1 8 3.500 13 7 16.200 3 2.700 6.500 4 10 4s7-1.300 10-4c3.500-3.200 6-8.200 7-16.200-2.500 4-4 6-6 7.500-3.500-1-7.500-1.700-11-1.700s-7.500.7-11 1.700c-2-1.500-3.500-3.500-6-7.500Z",
  moustache: "M40.500 58.200c2-2.600 5-3 7.500-1.500 2.500-1.500 5.500-1.100 7.500 1.500-2.500 1.300-5 1-7.500.3-2.500.7-5 1-7.500-.3Z",
};

// Clothes: the shoulders are the same, the neck is not.
const shoulders = "M4 100c1-17 15-24 31-27 7 7 19 7 26 0 16 3 30 10 31 27Z";
const necks = {
  roll: '<path class="collar" d="M34 73c6 10 22 10 28 0l4 2c-7 14-29 14-36 0Z"/>',
  crew: '<path class="collar" d="M35 73c6 9 20 9 26 0l3 .8c-6 12-26 12-32 0Z"/>',
  shirt: '<path class="white" d="M39 72l9 13 9-13 5 2-9 16h-10l-9-16Z"/><path class="collar" d="M34 73l5-2.500L48 83l-7 6ZM62 73l-5-2.500L48 83l7 6Z"/>',
  blazer: '<path class="white" d="M38 73l10 27 10-27Z"/><path class="collar" d="M33 73.500l5-2L48 100H36l-9-14 7-2ZM63 73.500l-5-2L48 100h12l9-14-7-2Z"/>',
  vee: '<path class="neck" d="M37 72l11 17 11-17Z"/><path class="collar" d="M34 73l3-1.500L48 88l11-16.500 3 1.500-14 22Z"/>',
  cardigan: '<path class="white" d="M37 72c4 8 18 8 22 0l-3 28H40Z"/><path class="collar" d="M34 73l4-1.500 5 28.500h-5ZM62 73l-4-1.500L53 100h5Z"/>',
  hood: '<path class="collar" d="M28 76c2-7 6-8 9-7 6 8 16 8 22 0 3-1 7 0 9 7-8 14-32 14-40 0Z"/><path class="cord" d="M43 84v9M53 84v9"/>',
};

const brows = {
  level: "M37 42.200c2.200-1.700 5-1.800 7.200-.5M51.800 41.700c2.200-1.300 5-1.200 7.200.5",
  raised: "M36.800 41.400c2-2.600 5.200-3 7.400-1.600M51.800 39.800c2.200-1.400 5.400-1 7.400 1.600",
  drawn: "M37 41.200c2.400-1 5-.6 7.400 1.200M51.600 42.400c2.400-1.800 5-2.200 7.400-1.200",
  worried: "M37 43c2-2.400 4.600-3.200 7-3M52 40c2.400-.2 5 .6 7 3",
};

const mouths = {
  even: "M43.500 60c3 .9 6.200.7 9-.4",
  pressed: "M43 60.200h10",
  down: "M43.200 61c3-1.600 6.600-1.600 9.600 0",
  half: "M43.500 59.600c2.600 1.600 6.400 1.400 9.200-.8",
  open: "M44.300 59.200c2.400.6 5 .6 7.400 0-.8 2.600-6.600 2.600-7.400 0Z",
};

const glasses = {
  round: '<circle class="rim" cx="41" cy="47" r="5.200"/><circle class="rim" cx="55" cy="47" r="5.200"/><path class="rim" d="M46.200 46.500c1.200-.8 2.400-.8 3.600 0"/>',
  square: '<rect class="rim" x="35.500" y="43" width="10.500" height="8" rx="2"/><rect class="rim" x="50" y="43" width="10.500" height="8" rx="2"/><path class="rim" d="M46 46h4"/>',
};

function portrait(p) {
  const [skin, shade, deep] = skins[p.skin];
  const [hair, hairDark] = hairs[p.hair];
  const [cloth, collar, clothDark, collarDark] = clothes[p.clothes];
  const [disc, discDark] = discs[p.disc];
  const cut = cuts[p.cut];
  const nose = p.nose === "broad" ? "M48.400 47.500c.6 2.600 2.200 4.800 1.600 5.600-.8 1-3 1-4.200.2" : "M48.400 48.500c1 2.400 1.200 4-1 4.600";
  const parts = [
    '<path class="disc" d="M0 0h96v96H0z"/>',
    cut.back && `<path class="hair" d="${cut.back}"/>`,
    '<path class="shade" d="M40 58h16v20c-5 5-11 5-16 0Z"/>',
    `<path class="cloth" d="${shoulders}"/>`,
    necks[p.neck],
    `<path class="skin" d="${faces[p.face]}"/>`,
    '<ellipse class="shade" cx="30.400" cy="48" rx="2.600" ry="4.200"/><ellipse class="shade" cx="65.600" cy="48" rx="2.600" ry="4.200"/>',
    p.earrings && '<circle class="ring" cx="30.200" cy="53.400" r="1.400"/><circle class="ring" cx="65.800" cy="53.400" r="1.400"/>',
    p.beard && `<path class="hair beard" d="${beards[p.beard]}"/>`,
    cut.front && `<path class="hair" d="${cut.front}"/>`,
    p.band && '<path class="collar" d="M30 35c5-10 31-10 36 0l-1 4c-7-8-27-8-34 0Z"/>',
    p.lines && `<path class="fine" d="M36.500 52.500c1.400 1 3 1.300 4.500 1M59.500 52.500c-1.400 1-3 1.300-4.500 1M41 56.500c-.9 1.500-1.200 2.700-1 4M55 56.500c.9 1.500 1.200 2.700 1 4M42 34.500c4-.8 8-.8 12 0"/>`,
    `<path class="line brow" d="${brows[p.brows]}"/>`,
    `<circle class="eye" cx="41" cy="47" r="1.700"/><circle class="eye" cx="55" cy="47" r="1.700"/>`,
    p.lashes && '<path class="line lash" d="M38.600 46c.8-1.200 2.900-1.500 4.600-.6M57.400 46c-.8-1.200-2.900-1.500-4.600-.6"/>',
    `<path class="fine nose" d="${nose}"/>`,
    p.beard && p.beard !== "moustache" && '<path class="skin" d="M43 58.300c3-1 7-1 10 0 .6 2.600-1.800 4.200-5 4.200s-5.600-1.600-5-4.200Z"/>',
    `<path class="line mouth${p.mouth === "open" ? " lips" : ""}" d="${mouths[p.mouth]}"/>`,
    p.glasses && glasses[p.glasses],
  ];
  const rules = [
    `.disc{fill:${disc}}.hair{fill:${hair}}.skin,.neck{fill:${skin}}.shade{fill:${shade}}.cloth{fill:${cloth}}.collar{fill:${collar}}.white{fill:#efece6}`,
    ".line,.fine,.rim,.cord{fill:none;stroke:#2b2420;stroke-linecap:round;stroke-linejoin:round}.eye{fill:#2b2420}.ring{fill:#d8a24a}",
    `.brow{stroke-width:1.700}.grey .brow{stroke:${hair}}.lash{stroke-width:1.100}.mouth{stroke-width:1.600;stroke-opacity:.8}.lips{fill:#8a3f38;stroke:#8a3f38;stroke-width:1.100;stroke-opacity:1}.fine{stroke:${p.skin === "deep" ? deep : shade};stroke-width:1;stroke-opacity:${p.skin === "deep" ? ".55" : "1"}}.nose{stroke-width:1.400;stroke-opacity:1}.rim{stroke-width:1.200}.cord{stroke:#efece6;stroke-width:1.200}`,
  ];
  const dark = `@media (prefers-color-scheme: dark){.disc{fill:${discDark}}.hair{fill:${hairDark}}.cloth{fill:${clothDark}}.collar{fill:${collarDark}}.white{fill:#d9d5cd}}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" role="img" aria-label="${p.name}">
  <title>${p.name}</title>
  <style>
    ${rules.join("\n    ")}
    ${dark}
  </style>
  <clipPath id="disc"><circle cx="48" cy="48" r="48"/></clipPath>
  <g clip-path="url(#disc)">
    ${parts.filter(Boolean).join("\n    ")}
  </g>
</svg>
`.replace(/(\.\d)00(?!\d)/g, "$1").replace(/(\d\.\d)0(?=\D)/g, "$1");
}

const personas = fileURLToPath(new URL("../../personas", import.meta.url));
const check = process.argv[2] === "check";
let wrong = 0;
for (const p of people) {
  const folder = join(personas, p.slug);
  if (!existsSync(folder)) {
    if (check) {
      console.error(`${p.slug}: in the table of portraits, and not in personas`);
      wrong++;
    }
    continue;
  }
  const file = join(folder, "portrait.svg");
  const drawn = portrait(p);
  if (!check) writeFileSync(file, drawn);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== drawn) {
    console.error(`${file}: not what the table draws; run node scripts/portraits/draw.mjs`);
    wrong++;
  }
}
process.exitCode = wrong ? 1 : 0;

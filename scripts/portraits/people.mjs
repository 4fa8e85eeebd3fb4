// Who the customers are to look at. Words as in draw.mjs.
const maya = { name: "Maya Torres", skin: "warm", hair: "dark", cut: "long", face: "oval", neck: "roll", earrings: true, lashes: true };

export const people = [
  { ...maya, slug: "late-birthday-parcel", clothes: "teal", disc: "sage", brows: "level", mouth: "even" },
  { ...maya, slug: "late-birthday-parcel-in-a-hurry", clothes: "navy", neck: "blazer", cut: "bun", disc: "mist", brows: "raised", mouth: "open" },
  { ...maya, slug: "late-birthday-parcel-guarded", clothes: "coal", disc: "dusk", brows: "level", mouth: "pressed" },
  { ...maya, slug: "late-birthday-parcel-three-days-on", clothes: "brick", neck: "crew", disc: "oat", brows: "worried", mouth: "even" },
  { slug: "charged-twice", name: "Tom Hale", skin: "fair", hair: "sand", cut: "quiff", face: "oval", neck: "hood", clothes: "slate", disc: "mist", brows: "worried", mouth: "half" },
  { slug: "wrong-shoes", name: "Inês Duarte", skin: "olive", hair: "black", cut: "tail", face: "oval", neck: "shirt", clothes: "plum", disc: "blush", brows: "level", mouth: "pressed", lashes: true, earrings: true },
  { slug: "dead-line", name: "Walter Finch", skin: "rosy", hair: "white", cut: "thin", face: "long", neck: "cardigan", clothes: "moss", disc: "oat", brows: "worried", mouth: "even", glasses: "round", lines: true },
  { slug: "faulty-kettle", name: "Priya Nair", skin: "brown", hair: "black", cut: "bob", face: "oval", neck: "vee", clothes: "rose", disc: "fern", brows: "level", mouth: "pressed", lashes: true, earrings: true },
  { slug: "cancelled-flight", name: "Luis Herrera", skin: "olive", hair: "dark", cut: "part", face: "square", neck: "shirt", clothes: "navy", disc: "dusk", brows: "worried", mouth: "open", beard: "short" },
  { slug: "cannot-cancel", name: "Dana Kowal", skin: "fair", hair: "blond", cut: "fringe", face: "round", neck: "crew", clothes: "coal", disc: "mist", brows: "raised", mouth: "half", glasses: "square", lashes: true },
  { slug: "dirty-flat", name: "Kenji Mori", skin: "fair", hair: "black", cut: "part", face: "oval", neck: "blazer", clothes: "slate", disc: "sage", brows: "level", mouth: "pressed" },
  { slug: "host-of-the-flat", name: "Rosa Lindqvist", skin: "rosy", hair: "chestnut", cut: "waves", face: "round", neck: "vee", clothes: "brick", disc: "blush", brows: "drawn", mouth: "open", lashes: true, earrings: true, lines: true },
  { slug: "fraud-block", name: "Grace Adeyemi", skin: "deep", hair: "grey", cut: "waves", face: "round", neck: "cardigan", clothes: "plum", disc: "oat", brows: "worried", mouth: "even", glasses: "round", earrings: true, lashes: true, nose: "broad", lines: true },
  { slug: "fourth-call", name: "Omar Rahal", skin: "warm", hair: "pepper", cut: "crop", face: "square", neck: "shirt", clothes: "teal", disc: "dusk", brows: "drawn", mouth: "pressed", beard: "full" },
  { slug: "pharmacy-delay", name: "Beth Arden", skin: "fair", hair: "chestnut", cut: "curls", face: "oval", neck: "hood", clothes: "sand", disc: "fern", brows: "worried", mouth: "open", lashes: true },
  { slug: "clash-of-values", name: "Sam Okoro", skin: "deep", hair: "black", cut: "tight", face: "oval", neck: "crew", clothes: "moss", disc: "sage", brows: "level", mouth: "even", nose: "broad", glasses: "square" },
  { slug: "unjust-refund", name: "Viktor Brandt", skin: "rosy", hair: "grey", cut: "thin", face: "square", neck: "shirt", clothes: "coal", disc: "blush", brows: "drawn", mouth: "down", beard: "moustache", lines: true },
];

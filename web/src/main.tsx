import { render } from "preact";
import { LocationProvider, Route, Router } from "preact-iso";
import { Desk, DeskContext } from "./line/desk";
import { Brief } from "./pages/Brief";
import { Call } from "./pages/Call";
import { Debrief } from "./pages/Debrief";
import { Home } from "./pages/Home";
import { Library } from "./pages/Library";
import { NotFound } from "./pages/NotFound";
import { Replay } from "./pages/Replay";
import { lineChoice } from "./parts/memory";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/quotes.css";
import "./styles/timeline.css";
import "./styles/waits.css";
import "./styles/curve.css";
import "./styles/home.css";
import "./styles/library.css";
import "./styles/brief.css";
import "./styles/call.css";
import "./styles/typed-call.css";
import "./styles/debrief.css";
import "./styles/outcome.css";
import "./styles/replay.css";

// All pages come in one file: once it is loaded, the app works on without the network that brought it.
function App({ desk }: { desk: Desk }) {
	return (
		<DeskContext.Provider value={desk}>
			<LocationProvider>
				<Router>
					<Route path="/" component={Home} />
					<Route path="/library" component={Library} />
					<Route path="/surprise" component={Brief} />
					<Route path="/scenarios/:slug" component={Brief} />
					<Route path="/calls/:id/live" component={Call} />
					<Route path="/calls/:id/debrief" component={Debrief} />
					<Route path="/calls/:id" component={Replay} />
					<Route default component={NotFound} />
				</Router>
			</LocationProvider>
		</DeskContext.Provider>
	);
}

// An address may say how this tab's calls shall go; it is remembered before the address changes.
lineChoice();
const root = document.getElementById("app");
if (root) render(<App desk={new Desk()} />, root);

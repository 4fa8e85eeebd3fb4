// Written by npm run gen:api. Do not edit.
export interface paths {
    "/api/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own calls, newest first. */
        get: operations["calls"];
        put?: never;
        /** Make a call that can be joined. */
        post: operations["create-call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All that is kept of a call but its sound. */
        get: operations["call"];
        put?: never;
        post?: never;
        /** Delete a call with its sound and grades for good. */
        delete: operations["erase-call"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{id}/follow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Server-sent events `call` and `grade`, each with {status}: where they stand, then each change, until the grade is settled. */
        get: operations["follow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{id}/peaks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The recording's peaks, 50 a second. */
        get: operations["peaks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{id}/sound.ogg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The recording: stereo, trainee left, customer right. Answers range requests. */
        get: operations["sound"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{id}/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new join token, for a page that was loaded again. */
        post: operations["join-again"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scenarios": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The library. */
        get: operations["scenarios"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scenarios/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a trainee reads before the call. */
        get: operations["scenario"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scenarios/{slug}/portrait.svg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The customer's portrait. */
        get: operations["portrait"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What works on this server, and the notice. */
        get: operations["setup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Act: {
            by?: string;
            name: string;
            quote?: string;
            what?: string;
            when?: string;
        };
        Answer: {
            why: string;
            yes: boolean;
        };
        Aside: {
            /** Format: int64 */
            at_ms: number;
            /** @description backchannel, noise, echo (the microphone heard the customer), or talked_on: words that did not stop the customer. */
            kind: string;
            /** @enum {string} */
            speaker: "customer" | "trainee";
            text: string;
        };
        CRMCard: {
            last_contacts: components["schemas"]["CardRow"][] | null;
            /** Format: int64 */
            orders: number;
            rows: components["schemas"]["CardRow"][] | null;
            /** Format: int64 */
            since: number;
        };
        CallDetail: {
            /** @description Short sounds of one while the other spoke, which were no turns. */
            asides: components["schemas"]["Aside"][] | null;
            call: components["schemas"]["CallSummary"];
            curve: components["schemas"]["CurvePoint"][] | null;
            /** @description The server stopped during the call. */
            cut: boolean;
            /** @description Stretches without sound from the trainee. */
            gaps: components["schemas"]["Gap"][] | null;
            grade: components["schemas"]["Grade"] | null;
            /** @enum {string} */
            grade_status: "none" | "pending" | "graded" | "not_gradable" | "failed";
            /** @description When the customer was on hold. */
            holds: components["schemas"]["Hold"][] | null;
            ledger: components["schemas"]["LedgerMark"][] | null;
            /** @description What the customer makes of the call; left out while it goes on, and when it was cut. */
            outcome?: components["schemas"]["Outcome"];
            sound: components["schemas"]["SoundInfo"];
            /** @description What the call was held with; its texts are empty when it never began. */
            started: components["schemas"]["Started"];
            /** Format: int64 */
            supportive_backchannels: number;
            turns: components["schemas"]["Turn"][] | null;
            /** @description What a model did for the customer's words and what it cost; left out when all of them are authored. */
            words_spent?: components["schemas"]["WordsSpent"];
        };
        CallList: {
            calls: components["schemas"]["CallSummary"][] | null;
        };
        CallSummary: {
            /** Format: date-time */
            created_at: string;
            /** Format: int64 */
            duration_ms: number;
            /** @description trainee, customer, server, or empty. */
            ended_by: string;
            /** @description resolved, parted_kindly, escalated, hung_up, abandoned, or empty. */
            ending: string;
            /** @enum {string} */
            grade_status: "none" | "pending" | "graded" | "not_gradable" | "failed";
            id: string;
            keep_sound: boolean;
            /** @enum {string} */
            mode: "voice" | "typed";
            /**
             * Format: double
             * @description 1.0 to 5.0; null without a grade.
             */
            overall: number | null;
            persona_name: string;
            scenario: string;
            /** @enum {string} */
            status: "ready" | "live" | "ended" | "cut";
            title: string;
        };
        Cap: {
            flag: string;
            /** Format: double */
            max: number;
            score: string;
        };
        CardRow: {
            label: string;
            text: string;
        };
        ChatUsage: {
            /** Format: int64 */
            cached: number;
            estimated?: boolean;
            /** Format: int64 */
            in: number;
            /** Format: int64 */
            out: number;
        };
        CurvePoint: {
            /** Format: int64 */
            at_ms: number;
            /** Format: double */
            heat: number;
            /** Format: double */
            trust: number;
        };
        Degraded: {
            mend: string;
            what: string;
            why: string;
        };
        Dimension: {
            /** Format: double */
            high: number | null;
            /** Format: int64 */
            level: number | null;
            /** Format: double */
            low: number | null;
            reason: string | null;
            status: string;
        };
        ErrorDetail: {
            /** @description Where the error occurred, e.g. 'body.items[3].tags' or 'path.thing-id' */
            location?: string;
            /** @description Error message text */
            message?: string;
            /** @description The value at the given location */
            value?: unknown;
        };
        ErrorModel: {
            /**
             * @description A human-readable explanation specific to this occurrence of the problem.
             * @example Property foo is required but is missing.
             */
            detail?: string;
            /** @description Optional list of individual error details */
            errors?: components["schemas"]["ErrorDetail"][] | null;
            /**
             * Format: uri
             * @description A URI reference that identifies the specific occurrence of the problem.
             * @example https://example.com/error-log/abc123
             */
            instance?: string;
            /**
             * Format: int64
             * @description HTTP status code
             * @example 400
             */
            status?: number;
            /**
             * @description A short, human-readable summary of the problem type. This value should not change between occurrences of the error.
             * @example Bad Request
             */
            title?: string;
            /**
             * Format: uri
             * @description A URI reference to human-readable documentation for the error.
             * @default about:blank
             * @example https://example.com/errors/example
             */
            type: string;
        };
        Evidence: {
            dimension: string;
            /** Format: int64 */
            end_ms: number | null;
            polarity: string;
            quote: string;
            /** Format: int64 */
            start_ms: number | null;
            /** Format: int64 */
            turn: number;
        };
        FlagDetail: {
            auto_fail: boolean;
            coach: string;
            flag: string;
            quote: string;
            /** Format: int64 */
            turn: number;
        };
        FloorMetrics: {
            /** Format: int64 */
            dead_air_ms: number | null;
            /** Format: int64 */
            longest_monologue_ms: number | null;
            /** Format: int64 */
            response_gap_p50_ms: number | null;
            /** Format: int64 */
            talk_overs: number | null;
            /** Format: double */
            talk_share: number | null;
        };
        FollowUpCard: {
            /** @description How long after the first call it takes place, as ISO 8601: P3D. */
            after: string;
            /** @description Whose promises the scenario's own memory holds; left out once the person's own are remembered. */
            by?: string;
            /**
             * Format: date-time
             * @description When the first call was held; left out until then.
             */
            held_at?: string;
            /** @description The scenario of the first call. */
            of: string;
            /** @description The person has held the first call, and what was promised in it is remembered. Until then the scenario's own memory stands in. */
            open: boolean;
            /** @description What was promised in the first call. */
            promises: components["schemas"]["FollowUpPromise"][] | null;
            /** @description … and its title. */
            title: string;
        };
        FollowUpPromise: {
            kept: boolean;
            what: string;
        };
        Gap: {
            /** Format: int64 */
            from_ms: number;
            reason: string;
            /** Format: int64 */
            to_ms: number;
        };
        Grade: {
            abstain: boolean;
            caps: components["schemas"]["Cap"][] | null;
            dimensions: {
                [key: string]: components["schemas"]["Dimension"];
            };
            evidence: components["schemas"]["Evidence"][] | null;
            flag_details: components["schemas"]["FlagDetail"][] | null;
            flags: string[] | null;
            floor: components["schemas"]["FloorMetrics"];
            grader: components["schemas"]["GraderInfo"];
            id: string;
            language: string;
            raw: components["schemas"]["Scores"];
            reasons: components["schemas"]["Reason"][] | null;
            schema: string;
            scores: components["schemas"]["Scores"];
        };
        GraderInfo: {
            embeddings: boolean;
            name: string;
            /** Format: int64 */
            samples: number;
            version: string;
            weights_sha256: string;
        };
        Hold: {
            /** @description The trainee told her. */
            announced: boolean;
            /** @enum {string} */
            by: "button" | "words";
            /** Format: int64 */
            from_ms: number;
            /** Format: int64 */
            to_ms: number;
        };
        Joinable: {
            id: string;
            /** @description Path of the signalling socket. */
            line_url: string;
            /** @description Good for one joining within a minute. */
            token: string;
        };
        LedgerMark: {
            /** Format: int64 */
            at_ms: number;
            because: string;
            /**
             * Format: double
             * @description Heat and trust: 0 to 10. A need: 0 unmet, 1 acknowledged, 2 met.
             */
            from: number;
            note: string;
            /** @description The trainee's words; empty for timing. */
            quote: string;
            /** Format: double */
            to: number;
            /**
             * Format: int64
             * @description The trainee's turn that did it; -1 for the opening and for silences.
             */
            turn: number;
            /** @description heat, trust, or need:<id>. */
            what: string;
        };
        NewCall: {
            keep_sound: boolean;
            /** @enum {string} */
            mode: "voice" | "typed";
            /** @description The version of the notice that the person agreed to. */
            notice_version: string;
            /**
             * @description How long the customer waits before she takes a pause for the end of a turn, and how soon she speaks into silence. Nobody but its owner learns of it: it stands in no call, report or grade. The server's setting when left out.
             * @enum {string}
             */
            patience?: "normal" | "longer" | "much-longer";
            scenario: string;
            /** @description Unsigned 64 bits, to hold the same call again; drawn when left out. */
            seed?: string;
        };
        Notice: {
            paragraphs: string[] | null;
            title: string;
            /** @description Names this text exactly; sent back with the agreement. */
            version: string;
        };
        Outcome: {
            /**
             * Format: int64
             * @description 1 to 5.
             */
            csat: number;
            csat_why: string;
            /** @description The customer's letter; empty when there is none. */
            letter: string;
            recommends: components["schemas"]["Answer"];
            stays: components["schemas"]["Answer"];
        };
        Part: {
            name: string;
            ok: boolean;
        };
        Peaks: {
            customer: number[] | null;
            /** Format: int64 */
            rate_hz: number;
            trainee: number[] | null;
        };
        PersonaCard: {
            /** Format: int64 */
            age: number;
            name: string;
            pronouns: string;
        };
        PolicyCard: {
            can_offer: string[] | null;
            /** Format: double */
            goodwill_budget: number;
            must_not: string[] | null;
        };
        PolicyLine: {
            allowed: boolean;
            text: string;
        };
        Reason: {
            code: string;
            message: string;
        };
        ScenarioBrief: {
            /** @description Paragraphs. */
            brief: string[] | null;
            crm_card: components["schemas"]["CRMCard"];
            /**
             * Format: int64
             * @description 1 calm to 4 severe
             */
            difficulty: number;
            /** @description What it follows; left out of scenarios that are a first call. */
            follow_up?: components["schemas"]["FollowUpCard"];
            goal: string;
            industry: string;
            /** Format: int64 */
            minutes: number;
            persona: components["schemas"]["PersonaCard"];
            policy_card: components["schemas"]["PolicyCard"];
            policy_text: components["schemas"]["PolicyLine"][] | null;
            skills: string[] | null;
            slug: string;
            story: string;
            title: string;
            /** @description The scenario whose problem this is with another temperament; left out of every other. */
            variant_of?: string;
        };
        ScenarioCard: {
            /**
             * Format: int64
             * @description 1 calm to 4 severe
             */
            difficulty: number;
            /** @description What it follows; left out of scenarios that are a first call. */
            follow_up?: components["schemas"]["FollowUpCard"];
            industry: string;
            /** Format: int64 */
            minutes: number;
            persona: components["schemas"]["PersonaCard"];
            skills: string[] | null;
            slug: string;
            story: string;
            title: string;
            /** @description The scenario whose problem this is with another temperament; left out of every other. */
            variant_of?: string;
        };
        ScenarioList: {
            /** @description Scenarios of the server's own folder that cannot be read as they are now. */
            problems: components["schemas"]["ScenarioProblem"][] | null;
            scenarios: components["schemas"]["ScenarioCard"][] | null;
        };
        ScenarioProblem: {
            /** @description Its last good version stays in use; otherwise it is left out. */
            kept: boolean;
            /** @description What is wrong, each with file, line and column. */
            messages: string[] | null;
            slug: string;
        };
        Scores: {
            /** Format: double */
            active_listening: number | null;
            /** Format: double */
            deescalation: number | null;
            /** Format: double */
            empathy: number | null;
            /** Format: double */
            overall: number | null;
            /** Format: double */
            professionalism: number | null;
            /** Format: double */
            resolution: number | null;
        };
        Setup: {
            /** @description How a call can be held, the best first: voice, typed. */
            call_modes: string[] | null;
            /** @description What does not work, why, and the command that mends it. */
            degraded: components["schemas"]["Degraded"][] | null;
            /** @description Finds the end of the trainee's turns. */
            endpoint: components["schemas"]["Part"];
            /** @description How sound can travel, the best first: webrtc, websocket. */
            lines: string[] | null;
            notice: components["schemas"]["Notice"];
            /**
             * @description How patient the customer is with somebody who has not chosen.
             * @enum {string}
             */
            patience: "normal" | "longer" | "much-longer";
            recognizer: components["schemas"]["Part"];
            /** @description Paragraphs that are shown to a trainee whose words were about themselves, and who stops the call. */
            safety_help: string[] | null;
            /** @description Only this machine can reach the server; nobody signs in. */
            single_user: boolean;
            /** @description Finds voice in the trainee's sound. */
            vad: components["schemas"]["Part"];
            version: string;
            voice: components["schemas"]["Part"];
            words: components["schemas"]["Words"];
        };
        SoundInfo: {
            available: boolean;
            /** Format: int64 */
            duration_ms: number;
        };
        StageTimes: {
            /** Format: double */
            decide: number | null;
            /** Format: double */
            endpoint: number | null;
            /** Format: double */
            recognize: number | null;
            /** Format: double */
            send: number | null;
            /** Format: double */
            synthesize: number | null;
            /** Format: double */
            words: number | null;
        };
        Started: {
            endpoint: string;
            mind_version: string;
            notice_version: string;
            perceiver_version: string;
            recognizer: string;
            scenario_digest: string;
            seed: string;
            voice: string;
            words: string;
        };
        Turn: {
            /** Format: int64 */
            end_ms: number;
            /** @description Of a customer's turn: it was cut off. Of a trainee's: it cut the customer off. */
            interrupted: boolean;
            /** @description What the customer did with a turn of hers. */
            move: string;
            /** @description What the customer took a trainee's turn to do. */
            perceived: components["schemas"]["Act"][] | null;
            /** @description False: the call was cut while the customer said it, and nobody knows how much was heard. */
            settled: boolean;
            /** @enum {string} */
            speaker: "customer" | "trainee";
            /** @description Of a customer's spoken answer: where the wait for it went, in milliseconds. */
            stages?: components["schemas"]["StageTimes"];
            /** Format: int64 */
            start_ms: number;
            /** @description What was heard. */
            text: string;
            /**
             * Format: int64
             * @description Position in the transcript, from 0; evidence names it.
             */
            turn: number;
            typed: boolean;
            /** @description What the customer meant to say after it and the trainee never heard. */
            unheard: string;
            /** @description Too little of a trainee's turn was recognised with certainty for it to move the customer. */
            unsure: boolean;
            words: components["schemas"]["Word"][] | null;
        };
        Word: {
            /** Format: double */
            confidence: number;
            /** Format: int64 */
            end_ms: number;
            /** Format: int64 */
            start_ms: number;
            text: string;
        };
        Words: {
            /** @description Where text goes to; null when it stays on this server. */
            host: string | null;
            name: string;
        };
        WordsSpent: {
            /** Format: int64 */
            authored: number;
            currency?: string;
            /** Format: int64 */
            lines: number;
            model: string;
            /** Format: double */
            money: number;
            over: boolean;
            /** Format: int64 */
            requests: number;
            usage: components["schemas"]["ChatUsage"];
            /** Format: double */
            used: number;
            why?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    calls: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallList"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "create-call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCall"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Joinable"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The call's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallDetail"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "erase-call": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The call's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    follow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The call's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    peaks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The call's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Peaks"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    sound: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The call's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/ogg": string;
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "join-again": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The call's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Joinable"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    scenarios: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScenarioList"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    scenario: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The scenario's name. */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScenarioBrief"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    portrait: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The scenario's name. */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": string;
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Setup"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
}

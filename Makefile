# Everything a person does with Rapport's source. Each target sets up what it needs and says what it cannot.
export GOFLAGS := -tags=nolibopusfile
export CGO_ENABLED := 1

VERSION := 0.1.0
COMMIT  := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
LDFLAGS := -X main.version=$(VERSION) -X main.commit=$(COMMIT)
RAPPORT_ASSETS ?= $(or $(XDG_DATA_HOME),$(HOME)/.local/share)/rapport/assets
export RAPPORT_ASSETS
TOOLS   := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/rapport/tools
SERVE   ?=

.PHONY: perception serve build test lint e2e bench bench-floor bench-load bench-net soak reverted fuzz listen persona persona-model llm-local models system web generate clean help

help: ## Say what there is
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

serve: build ## Set up what is missing and start the server
	bin/rapport serve $(SERVE)

build: bin/rapport models ## Leave a working bin/rapport

.PHONY: bin/rapport
bin/rapport: system web
	go build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./cmd/rapport

system: ## Install system libraries, or say how
	@scripts/system.sh build

models: bin/rapport ## Fetch and check the models
	@scripts/models.sh

web: system ## Build the web app
	@scripts/web.sh build

test: build ## Test every package, the web app, and one spoken call in a browser
	@scripts/system.sh test
	go vet ./...
	go test -race -timeout 20m ./...
	npm --prefix web test --silent
	scripts/e2e.sh short

lint: ## Check form, architecture and types
	@scripts/system.sh build
	@scripts/tools.sh "$(TOOLS)"
	go mod tidy -diff
	"$(TOOLS)"/golangci-lint run --allow-parallel-runners ./...
	@scripts/web.sh lint
	@scripts/third-party.sh check

e2e: build ## Every spoken call and every page in a real browser
	@scripts/system.sh test
	scripts/e2e.sh long

bench: build ## Measure one call stage by stage, and turn-taking, in a short form (ten minutes)
	bin/rapport bench call --turns 8
	bin/rapport bench floor --trials 3

bench-floor: build ## Measure turn-taking in all situations (half an hour, nothing else running)
	bin/rapport bench floor

bench-load: build ## Measure how many calls at once this machine holds (a quarter of an hour, nothing else running)
	bin/rapport bench load

bench-net: build ## Measure calls over bad networks (half an hour)
	bin/rapport bench net

listen: build ## Measure the customer's voice
	scripts/listen/run.sh

perception: ## Print how well a trainee's words are heard (a minute or two)
	go test -v -count=1 -run Table ./internal/customer/earcheck

persona: build ## Play the customers against scripted trainees
	bin/rapport persona test

llm-local: build ## Test a model's words against a real local model (fetches 127 MB, once)
	scripts/llm/local.sh run go test -count 1 -v -run Local -timeout 10m ./internal/words
	scripts/llm/local.sh run bin/rapport model check

persona-model: build ## Play a customer in a local model's words (some minutes): what is said must stay hers
	scripts/llm/local.sh run bin/rapport persona test --model --seeds 2 late-birthday-parcel

SOAK_CALLS   ?= 2000
SOAK_MINUTES ?= 30

reverted: system ## Take the fix of each bug that others shipped out again: its test must fail
	scripts/reverted.sh

soak: system ## Thousands of short calls through one process, and half an hour of one (about 45 minutes; SOAK_CALLS, SOAK_MINUTES)
	go test -v -run 'ManyShort|VirtualTime' -timeout 60m ./internal/soak -soak.calls $(SOAK_CALLS) -soak.virtual 30
	go test -v -run HalfAnHour -timeout 24h ./internal/soak -soak.minutes $(SOAK_MINUTES)
	go test -race -run TestManyShortCallsLeaveNothingBehind -count 60 -timeout 30m ./internal/call
	go test -run Property -timeout 60m ./internal/call ./internal/line/jitter -rapid.checks 5000

fuzz: ## Ten minutes of fuzzing, shared out
	scripts/fuzz.sh 60s

generate: build ## Write what is derived from the code: the API description and its types
	bin/rapport openapi > web/src/api/openapi.json
	npm --prefix web run --silent gen:api

clean: ## Remove what was built here
	rm -rf bin web/dist/assets web/node_modules

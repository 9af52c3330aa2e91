# make run   build all and start a site on the embedded store at http://127.0.0.1:8080
# make test  install what tests need and run every test

CARGO ?= cargo
export CARGO_TERM_PROGRESS_WHEN ?= never

.PHONY: run build admin test test-deps bench fmt lint deny

run: build
	./target/release/bucketpress serve

build: admin
	$(CARGO) build --release

# The editor, which the program embeds: needs Node. Without it `cargo build` makes a program without an editor.
admin: admin/dist/.built

admin/dist/.built: admin/node_modules/.package-lock.json admin/build.mjs admin/NOTICE $(shell find admin/src -type f)
	cd admin && node build.mjs
	touch $@

admin/node_modules/.package-lock.json: admin/package-lock.json
	cd admin && npm ci --no-audit --no-fund --silent
	touch $@

# Debian packages (Ceph, Chromium, HAProxy, nginx, wrk) and npm packages of the test clients.
test-deps:
	tests/services/install

test: test-deps admin
	$(CARGO) test --features testing
	cd tests/browser && node --test

bench: test-deps
	benches/run

fmt:
	$(CARGO) fmt --all

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --all-targets --features testing -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --no-deps --document-private-items

deny:
	@command -v cargo-deny >/dev/null || $(CARGO) install cargo-deny --locked --version '^0.20'
	$(CARGO) fetch --locked
	$(CARGO) deny --offline check bans licenses sources

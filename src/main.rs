//! Parses the command line, runs the command, turns its error into an exit code.

fn main() -> std::process::ExitCode {
    bucketpress::cli::main()
}

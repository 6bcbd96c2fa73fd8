package io.crius.client;

/** What a command run by ExecSync left; its output is read as UTF-8. */
public record ExecResult(int exitCode, String stdout, String stderr) {}

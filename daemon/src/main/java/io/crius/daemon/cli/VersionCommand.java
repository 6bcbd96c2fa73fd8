package io.crius.daemon.cli;

import java.io.PrintStream;
import java.util.List;

/** {@code crius version}. */
final class VersionCommand implements Command {
    private final String version;

    VersionCommand(String version) {
        this.version = version;
    }

    @Override
    public int run(List<String> arguments, PrintStream out) {
        out.println("Version:     " + version);
        out.println("JavaVersion: " + Runtime.version());
        out.println("Platform:    linux/" + System.getProperty("os.arch"));
        return 0;
    }
}

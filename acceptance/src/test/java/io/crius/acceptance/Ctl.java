package io.crius.acceptance;

import io.crius.acceptance.process.Command;
import io.crius.acceptance.process.Command.Output;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code crius ctl} as a person calls it, on the server of a node. */
record Ctl(Node node) {
    /** The words of the command line. */
    List<String> line(String... words) {
        List<String> line = new ArrayList<>(List.of(
                Choice.launcher().toString(),
                "ctl",
                "--timeout",
                "60s",
                "--runtime-endpoint",
                "unix://" + node.testNode().target().socket()));
        line.addAll(List.of(words));
        return line;
    }

    Output attempt(String... words) throws IOException, InterruptedException {
        return Command.attempt(line(words));
    }

    /** What it prints when all goes well. */
    String run(String... words) throws IOException, InterruptedException {
        return Command.run(line(words));
    }
}

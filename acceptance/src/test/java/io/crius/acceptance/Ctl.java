package io.crius.acceptance;

import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.process.Command.Output;
import io.crius.daemon.cli.ctl.session.Streams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code crius ctl} as a person calls it, on the server of a node: within this process, for a JVM takes longer to start than most
 * commands to run, or as the program that a person has.
 */
record Ctl(Node node) {
    /** The command line of the program. */
    List<String> line(String... words) {
        List<String> line = new ArrayList<>(List.of(Choice.launcher().toString(), "ctl"));
        line.addAll(words(words));
        return line;
    }

    private List<String> words(String... words) {
        Stream<String> endpoint = Stream.of(
                "--timeout",
                "60s",
                "--runtime-endpoint",
                "unix://" + node.testNode().target().socket());
        return Stream.concat(endpoint, Stream.of(words)).toList();
    }

    /** By the program. */
    Output attemptByProgram(String... words) throws IOException, InterruptedException {
        return Command.attempt(line(words));
    }

    Output attempt(String... words) throws InterruptedException {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int code;
        try (var stdout = new PrintStream(out, false, StandardCharsets.UTF_8);
                var stderr = new PrintStream(err, false, StandardCharsets.UTF_8)) {
            var streams = new Streams(InputStream.nullInputStream(), stdout, stderr);
            code = new io.crius.daemon.cli.ctl.Ctl("test", Map.of(), streams).run(words(words));
        }
        return new Output(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** What {@code explain} prints of something, once that has all the parts. */
    String awaitExplained(String word, String... parts) throws Exception {
        return Await.value(
                "explain " + word + " says " + List.of(parts),
                Node.LIMIT,
                () -> Optional.of(attempt("explain", word).stdout())
                        .filter(text -> Stream.of(parts).allMatch(text::contains)));
    }

    /** What it prints when all goes well. */
    String run(String... words) throws InterruptedException {
        Output output = attempt(words);
        if (output.exitCode() != 0) {
            throw new AssertionError("crius ctl " + String.join(" ", words) + " ended with " + output.exitCode() + ": "
                    + output.stderr());
        }
        return output.stdout();
    }
}

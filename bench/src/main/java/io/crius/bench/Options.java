package io.crius.bench;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What the command line asks for.
 *
 * @param contestants the servers by name; the first one is what the others are compared with
 * @param launcher {@code bin/crius} of a built daemon
 * @param scope pods and what belongs to them, or pulls, which other programs make too
 * @param markdown a file to write the results to, for docs/PERFORMANCE.md
 */
record Options(Plan plan, List<String> contestants, Path launcher, Optional<Path> markdown, Scope scope) {
    /** Which measurements are made. */
    enum Scope {
        PODS,
        PULLS
    }

    static final String USAGE = """
            bench [--short] [--pulls] [--only NAME,NAME,...] [--launcher PATH] [--markdown FILE]
              --short     a minute or two instead of ten: fewer rounds, a smaller image
              --pulls     pulls only, beside podman and skopeo: a big image, many small ones, lists of images
              --only      some of containerd, containerd-crun, crius, crius-crun; all are compared with the first
                          (default: containerd,crius,crius-crun)
              --launcher  bin/crius of a built daemon
              --markdown  also writes the results to a file
            """;

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException when it is wrong; the message is for people
     */
    static Options parse(String[] args, Path defaultLauncher) {
        Options options = new Options(
                Plan.FULL, List.of("containerd", "crius", "crius-crun"), defaultLauncher, Optional.empty(), Scope.PODS);
        Deque<String> rest = new ArrayDeque<>(Arrays.asList(args));
        while (!rest.isEmpty()) {
            String option = rest.removeFirst();
            options = switch (option) {
                case "--short" -> options.with(Plan.SHORT);
                case "--pulls" -> options.forPulls();
                case "--only" -> options.with(List.of(value(option, rest).split(",")));
                case "--launcher" -> options.withLauncher(Path.of(value(option, rest)));
                case "--markdown" -> options.withMarkdown(Path.of(value(option, rest)));
                default -> throw new IllegalArgumentException("unknown option " + option);
            };
        }
        return options;
    }

    private static String value(String option, Deque<String> rest) {
        if (rest.isEmpty()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return rest.removeFirst();
    }

    /** The runtime makes no difference to pulls. */
    private Options forPulls() {
        return new Options(plan, List.of("containerd", "crius"), launcher, markdown, Scope.PULLS);
    }

    private Options with(Plan other) {
        return new Options(other, contestants, launcher, markdown, scope);
    }

    private Options with(List<String> others) {
        return new Options(plan, others, launcher, markdown, scope);
    }

    private Options withLauncher(Path other) {
        return new Options(plan, contestants, other, markdown, scope);
    }

    private Options withMarkdown(Path file) {
        return new Options(plan, contestants, launcher, Optional.of(file), scope);
    }
}

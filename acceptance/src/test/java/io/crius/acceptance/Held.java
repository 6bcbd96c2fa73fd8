package io.crius.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What the server holds; some threads and descriptors come and go with what happens beside the sessions. */
record Held(long descriptors, List<String> threads, long children, Set<Path> namespaces) {
    private static final List<String> PASSING = List.of("ForkJoinPool", "Compiler", "crius-native");

    static Held now(Node node) throws IOException {
        Path process = Path.of("/proc", Long.toString(node.testNode().target().pid()));
        return new Held(count(process.resolve("fd")), threads(process), children(process), namespaces(process));
    }

    /**
     * Without those that the JVM starts and ends as it likes: compilers, and carriers of virtual threads; and without those for
     * calls of the kernel, 32 at most, which end after a minute without one.
     */
    private static List<String> threads(Path process) throws IOException {
        return ofThreads(
                        process,
                        thread -> Files.readString(thread.resolve("comm")).strip())
                .stream()
                .filter(name -> PASSING.stream().noneMatch(name::contains))
                .sorted()
                .toList();
    }

    /** The networks that its threads are in. */
    private static Set<Path> namespaces(Path process) throws IOException {
        return Set.copyOf(ofThreads(process, thread -> Files.readSymbolicLink(thread.resolve("ns/net"))));
    }

    private interface Reading<T> {
        T of(Path thread) throws IOException;
    }

    /** A thread may end while its process is looked at. */
    private static <T> List<T> ofThreads(Path process, Reading<T> reading) throws IOException {
        var found = new ArrayList<T>();
        try (Stream<Path> threads = Files.list(process.resolve("task"))) {
            for (Path thread : threads.toList()) {
                try {
                    found.add(reading.of(thread));
                } catch (IOException e) {
                    if (Files.exists(thread)) {
                        throw e;
                    }
                }
            }
        }
        return found;
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }

    /** Those without the monitors of containers. */
    private static long children(Path process) throws IOException {
        return ofThreads(process, thread -> Files.readString(thread.resolve("children"))).stream()
                .flatMap(children -> Arrays.stream(children.split(" ")))
                .filter(word -> !word.isBlank())
                .count();
    }

    /** But for the few threads and descriptors that come and go. */
    boolean isNoMoreThan(Held before) {
        return descriptors <= before.descriptors + 3
                && threads.size() <= before.threads.size() + 3
                && children <= before.children
                && namespaces.equals(before.namespaces);
    }
}

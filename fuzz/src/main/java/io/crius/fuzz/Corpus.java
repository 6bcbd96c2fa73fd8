package io.crius.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The inputs that are kept in files. */
public final class Corpus {
    private Corpus() {}

    /** All of a target, by name; none where there is no folder. */
    public static List<byte[]> read(Path folder, String target) throws IOException {
        Path own = folder.resolve(target);
        if (!Files.isDirectory(own)) {
            return List.of();
        }
        List<byte[]> inputs = new ArrayList<>();
        try (Stream<Path> files = Files.list(own)) {
            for (Path file : files.sorted().toList()) {
                inputs.add(Files.readAllBytes(file));
            }
        }
        return inputs;
    }

    /** Writes a target's seeds and words to where Jazzer finds them. */
    static void write(Target target, Path folder, Path dictionary) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < target.seeds().size(); i++) {
            Files.write(folder.resolve("seed-" + i), target.seeds().get(i));
        }
        StringBuilder words = new StringBuilder();
        for (String word : target.words()) {
            words.append('"').append(escaped(word)).append("\"\n");
        }
        Files.writeString(dictionary, words);
    }

    private static String escaped(String word) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            boolean plain = c >= ' ' && c < 127 && c != '"' && c != '\\';
            text.append(plain ? String.valueOf(c) : "\\x%02X".formatted(c & 0xFF));
        }
        return text.toString();
    }
}

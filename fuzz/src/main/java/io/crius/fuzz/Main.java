package io.crius.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * {@code seeds TARGET FOLDER DICTIONARY} writes what Jazzer begins with; {@code try TARGET FILE...} repeats inputs; {@code round
 * TARGET SEED INPUTS} is what the unit tests do, as long as one likes.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2) {
            throw new IllegalArgumentException(
                    "seeds TARGET FOLDER DICTIONARY | try TARGET FILE... | round TARGET SEED INPUTS");
        }
        try (Target target = Targets.open(arguments[1])) {
            switch (arguments[0].toLowerCase(Locale.ROOT)) {
                case "seeds" -> Corpus.write(target, Path.of(arguments[2]), Path.of(arguments[3]));
                case "try" -> repeat(target, List.of(arguments).subList(2, arguments.length));
                case "round" -> {
                    var round = new Round(target, List.of(), Long.parseLong(arguments[2]));
                    System.out.println(target.name() + ": " + round.run(Long.parseLong(arguments[3])));
                }
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }

    private static void repeat(Target target, List<String> files) throws IOException {
        Trial trial = new Trial(target);
        for (String file : files) {
            System.out.println(
                    file + ": " + (trial.accepts(Files.readAllBytes(Path.of(file))) ? "accepted" : "refused"));
        }
    }
}

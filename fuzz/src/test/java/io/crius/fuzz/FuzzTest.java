package io.crius.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The short form: the same inputs at each run. {@code -Dcrius.fuzz.inputs} and {@code -Dcrius.fuzz.seed} make it another. */
class FuzzTest {
    private static final long SEED = Long.getLong("crius.fuzz.seed", 20261127);
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** The numbers take each parser a second or two on a quiet machine. */
    @ParameterizedTest
    @CsvSource({
        "tar, 500",
        "json, 1000",
        "manifest, 800",
        "reference, 10000",
        "registries, 400",
        "config, 150",
        "policy, 600",
        "registries-d, 1000",
        "signature, 1500",
        "layer, 1500",
        "cni, 1000",
        "challenge, 20000",
        "encryption, 1000",
    })
    void aParserAcceptsOrRefusesWithAMessage(String name, long inputs) throws Exception {
        assumeTrue(
                !name.equals("tar") || "root".equals(System.getProperty("user.name")), "unpacking sets owners as root");
        List<byte[]> corpus = Corpus.read(Path.of("corpus"), name);
        Round.Result result = assertTimeoutPreemptively(LIMIT, () -> {
            try (Target target = Targets.open(name)) {
                return new Round(target, corpus, SEED).run(Long.getLong("crius.fuzz.inputs", inputs));
            }
        });
        // Where nothing is accepted any more, the seeds have grown stale.
        assertThat(result.accepted()).isPositive();
    }
}

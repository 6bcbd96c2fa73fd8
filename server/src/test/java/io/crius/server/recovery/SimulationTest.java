package io.crius.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node in which clock, kernel, runtime and the order of all threads are drawn by lot. {@code -Dcrius.simulation.steps=1000000}
 * simulates that many steps, {@code -Dcrius.simulation.seed} begins with another lot; a failure names the seed of the life that it
 * happened in, and {@code -Dcrius.simulation.seed} with {@code -Dcrius.simulation.steps=1} lives exactly that one again.
 */
class SimulationTest {
    private static final int STEPS_OF_A_LIFE = 1_000;
    private static final int USUAL_LIVES = 8;

    /** After this no further life begins. */
    private static final Duration USUAL_TIME = Duration.ofSeconds(6);

    private static final Duration LONGEST = Duration.ofMinutes(20);
    private static final Path MEMORY = Path.of("/dev/shm");

    /** What ended threads of daemons; none should be ended by anything. */
    private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();

    /** Kept, or its level would be forgotten. */
    private final Logger log = Logger.getLogger("io.crius");

    private Path folder = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        log.setLevel(Level.OFF);
        Thread.setDefaultUncaughtExceptionHandler((_, thrown) -> uncaught.add(thrown));
        folder = Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "crius-simulation-")
                : Files.createTempDirectory("crius-simulation-");
    }

    @AfterEach
    void removeFolder() throws IOException {
        log.setLevel(null);
        Thread.setDefaultUncaughtExceptionHandler(null);
        delete(folder);
    }

    /** In these something was found once. */
    @ParameterizedTest
    @ValueSource(longs = 20261203)
    void whatWentWrongOnceDoesNotAgain(long seed) throws IOException {
        History _ = live(seed);
    }

    @Test
    void inNoLifeIsAnythingLostLeakedOrStuck() throws IOException {
        long first = Long.getLong("crius.simulation.seed", 20261124);
        int steps = Integer.getInteger("crius.simulation.steps", 0);
        int lives = steps == 0 ? USUAL_LIVES : (steps + STEPS_OF_A_LIFE - 1) / STEPS_OF_A_LIFE;
        Duration limit = steps == 0 ? USUAL_TIME : LONGEST;
        long begun = System.nanoTime();
        int lived = 0;
        // One after the other: two would meet at monitors of the JDK's, and one that has ended would leave the other
        // waiting.
        while (lived < lives && System.nanoTime() < begun + limit.toNanos()) {
            History _ = live(first + lived);
            lived++;
        }
        System.out.printf(
                Locale.ROOT,
                "simulated %d steps from seed %d in %.1f s%n",
                lived * STEPS_OF_A_LIFE,
                first,
                (System.nanoTime() - begun) / 1e9);
        assertThat(lived).isEqualTo(steps == 0 ? Math.max(1, lived) : lives);
    }

    @Test
    void theSameSeedGivesTheSameLife() throws IOException {
        History once = live(42);
        History again = live(42);
        History other = live(43);
        assertThat(again.toString()).isEqualTo(once.toString());
        assertThat(again.digest()).isEqualTo(once.digest()).isNotEqualTo(other.digest());
    }

    @Test
    void aWaitByTheMachinesClockFails() {
        var turns = new Turns(new Random(1));
        turns.start("sleeper", () -> LockSupport.parkNanos(Duration.ofSeconds(5).toNanos()));
        assertThatThrownBy(turns::runOne)
                .isInstanceOf(AssertionError.class)
                .hasMessage("a thread of the simulation waits PT5S by the machine's clock");
    }

    @Test
    void aThreadFromOutsideThatWakesOneFails() throws InterruptedException {
        var turns = new Turns(new Random(1));
        var news = new CompletableFuture<String>();
        turns.start("waiter", news::join);
        assertThat(turns.runOne()).isTrue();
        Thread.ofPlatform().name("stranger").start(() -> news.complete("news")).join();
        assertThatThrownBy(turns::runOne)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("stranger")
                .hasMessageContaining("woke a thread of the simulation");
    }

    private History live(long seed) throws IOException {
        Path place = Files.createTempDirectory(folder, "life-");
        var history = new History(place);
        try {
            new Simulation(seed, place, history).live(STEPS_OF_A_LIFE);
            assertThat(uncaught).isEmpty();
            return history;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("-Dcrius.simulation.seed=" + seed + " -Dcrius.simulation.steps=1\n" + history, e);
        } finally {
            delete(place);
        }
    }

    private static void delete(Path place) throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

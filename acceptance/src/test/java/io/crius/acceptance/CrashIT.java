package io.crius.acceptance;

import io.crius.acceptance.image.Compression;
import io.crius.acceptance.image.ImageConfig;
import io.crius.acceptance.image.OciLayout;
import io.crius.acceptance.node.PodNetwork.HostPortKeeper;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.TargetKind;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The server is killed at any moment, while kubelets work with it and while it starts, and nothing that it said before becomes
 * untrue, no name is lost, nothing is left, and containers beside go on. How often is {@code -Dcrius.crash.kills}; {@code
 * -Dcrius.crash.seed} draws the same calls and moments again, which meet each other a little differently.
 */
class CrashIT {
    private static final int KUBELETS = 3;

    /** It dies during one of so many calls of one of them. */
    private static final int MOST_CALLS = 8;

    private static final int LONGEST_DYING_CALL_MILLIS = 150;

    /** A start takes about so long, of which the first half is the Java machine's. */
    private static final int LONGEST_START_MILLIS = 1000;

    /** Of so many starts one is not lived to the end. */
    private static final int STARTS_FOR_A_DEATH = 4;

    /** After so many kills everything is removed, and what is left is counted. */
    private static final int KILLS_FOR_A_COUNT = 25;

    @RegisterExtension
    static final Node node = new Node();

    private final List<String> story = new ArrayList<>();

    @BeforeEach
    void theServerMustBeOurs() {
        Assumptions.assumeTrue(
                Choice.kind() == TargetKind.CRIUS && System.getProperty("crius.socket") == null,
                "what is left is looked for in the folders of Crius; a server that somebody else runs is not killed");
    }

    @Test
    void noMomentIsABadOneToBeKilled() throws Exception {
        long seed = Long.getLong("crius.crash.seed", System.currentTimeMillis());
        int wanted = Integer.getInteger("crius.crash.kills", 10);
        long test = System.nanoTime();
        try (var workload = new Workload(node, images())) {
            Bystanders bystanders = Bystanders.run(node);
            restart();
            bystanders.check();
            Set<String> before = node.held();
            var random = new Random(seed);
            for (int kills = 0; kills < wanted; ) {
                int count = Math.min(wanted, kills + KILLS_FOR_A_COUNT);
                while (kills < count) {
                    kills += round(workload, bystanders, random);
                }
                workload.removeAll();
                nothingElseIsHeld(before);
                story.add(kills + " kills in " + millisSince(test) / 1000 + " s");
                System.out.println(story.getLast());
            }
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "-Dcrius.crash.seed=" + seed + "\n" + String.join("\n", story) + "\nserver log: "
                            + node.testNode().target().logTail(),
                    e);
        }
        System.out.println("crashes with seed " + seed + ":\n" + String.join("\n", story));
    }

    /** Images of two small layers, for each kubelet some; one layer is common to all. */
    private static List<List<String>> images() throws Exception {
        OciLayout layout =
                OciLayout.create(Files.createTempDirectory(node.testNode().folder(), "images"));
        OciLayout.Layer base = layout.layer(Compression.GZIP, tar -> tar.file("base", "of all\n"));
        List<List<String>> images = new ArrayList<>();
        for (int kubelet = 0; kubelet < KUBELETS; kubelet++) {
            List<String> own = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                String name = "crash/" + kubelet + ":" + i;
                OciLayout.Layer layer = layout.layer(Compression.GZIP, tar -> tar.file("own", name));
                layout.tag("image", layout.image(ImageConfig.empty().withCmd("/none"), List.of(base, layer)));
                node.testImages().registry().push(layout, "image", name);
                own.add(node.testImages().registry().name(name));
            }
            images.add(own);
        }
        return images;
    }

    /** One life and its end, and perhaps some that were even shorter; gives the number of the kills. */
    private int round(Workload workload, Bystanders bystanders, Random random) throws Exception {
        workload.draw(random);
        int kubelet = random.nextInt(KUBELETS);
        int calls = 1 + random.nextInt(MOST_CALLS);
        Duration dying = Duration.ofMillis(random.nextInt(LONGEST_DYING_CALL_MILLIS));
        long begun = System.nanoTime();
        workload.during(kubelet, calls, dying, node.testNode().target()::kill);
        long life = millisSince(begun);
        node.testNode().network().leadPorts(random.nextBoolean() ? HostPortKeeper.PLUGIN : HostPortKeeper.SERVER);
        int kills = 1;
        while (random.nextInt(STARTS_FOR_A_DEATH) == 0) {
            Duration start = Duration.ofMillis(random.nextInt(LONGEST_START_MILLIS));
            killDuringStart(start);
            kills++;
            story.add("killed " + start.toMillis() + " ms after it was started");
        }
        begun = System.nanoTime();
        node.testNode().startTarget();
        long ready = millisSince(begun);
        String unanswered = workload.checkAfterRestart(bystanders.containers());
        bystanders.check();
        story.add("killed after " + life + " ms, " + dying.toMillis() + " ms into call " + calls + " of kubelet "
                + kubelet
                + ", ready again after " + ready + " ms, checked after " + millisSince(begun) + " ms; not answered: "
                + unanswered);
        return kills;
    }

    private static long millisSince(long begun) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    private static void killDuringStart(Duration moment) throws Exception {
        node.testNode().target().start();
        Workload.pause(moment);
        node.testNode().target().kill();
    }

    private static void restart() throws Exception {
        node.testNode().target().kill();
        node.testNode().startTarget();
    }

    private static void nothingElseIsHeld(Set<String> before) throws Exception {
        var difference = new ArrayList<String>();
        try {
            Await.until("it holds what it held", Node.LIMIT, () -> {
                difference.clear();
                Set<String> now = node.held();
                now.stream().filter(line -> !before.contains(line)).forEach(line -> difference.add("more: " + line));
                before.stream().filter(line -> !now.contains(line)).forEach(line -> difference.add("less: " + line));
                return difference.isEmpty();
            });
        } catch (AssertionError e) {
            throw new AssertionError("before and after all was removed:\n" + String.join("\n", difference), e);
        }
    }
}

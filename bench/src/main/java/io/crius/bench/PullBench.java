package io.crius.bench;

import io.crius.acceptance.image.LoopbackRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Pulls of the same images from the same registry by everybody in turn: one big image, many small ones at once, and lists of
 * many images by those that have such a call.
 */
final class PullBench {
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final int SMALL_IMAGES = 20;

    private final Plan plan;
    private final List<Contestant> servers;
    private final List<Puller> pullers;
    private int turn;

    PullBench(Plan plan, List<Contestant> servers, List<Puller> tools) {
        this.plan = plan;
        this.servers = List.copyOf(servers);
        this.pullers = new ArrayList<>();
        servers.forEach(server -> pullers.add(new CriPuller(server)));
        pullers.addAll(tools);
    }

    void run(LoopbackRegistry registry, Path folder, String bigImage) throws Exception {
        System.err.println("==> pulls of " + plan.imageMegabytes() + " MB");
        each(puller -> puller.pull(bigImage));
        each(puller -> puller.remove(bigImage));
        Race.repeat(plan.pulls(), plan.phaseLimit(), () -> {
            measure(Operation.PULL, puller -> puller.pull(bigImage));
            each(puller -> puller.remove(bigImage));
        });
        System.err.println("==> " + SMALL_IMAGES + " small images at once");
        List<String> images = ManyImages.push(registry, Plan.LISTED_IMAGES);
        List<String> small = images.subList(0, SMALL_IMAGES);
        Race.repeat(plan.pulls(), plan.phaseLimit(), () -> {
            measure(Operation.PULL_SMALL, puller -> atOnce(puller, small));
            each(puller -> {
                for (String image : small) {
                    puller.remove(image);
                }
            });
        });
        System.err.println("==> lists of " + Plan.LISTED_IMAGES + " images");
        lists(images);
        System.err.println("==> the parts of a pull alone");
        new Limits(registry, folder.resolve("limits"))
                .measure("big", "latest", pullers.getFirst().results());
    }

    private static void atOnce(Puller puller, List<String> images) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(images.size())) {
            List<Future<String>> pulls = new ArrayList<>();
            for (String image : images) {
                pulls.add(threads.submit(() -> {
                    puller.pull(image);
                    return image;
                }));
            }
            for (Future<String> pull : pulls) {
                var _ = pull.get();
            }
        }
    }

    private void lists(List<String> images) throws Exception {
        for (Contestant server : servers) {
            for (String image : images) {
                var _ = server.client().images().pull(image);
            }
            for (int i = 0; i < plan.questions(); i++) {
                var _ = server.client().images().list();
            }
        }
        Race race = new Race(servers);
        Race.repeat(
                plan.lists(),
                plan.phaseLimit(),
                () -> race.measure(Operation.LIST_IMAGES, server -> {
                    int listed = server.client().images().list().size();
                    if (listed < images.size()) {
                        throw new IllegalStateException(server.name() + " lists " + listed + " images");
                    }
                }));
    }

    private interface Work {
        void on(Puller puller) throws Exception;
    }

    private void each(Work work) throws Exception {
        for (Puller puller : pullers) {
            work.on(puller);
        }
    }

    /** What one leaves to be written back must not always burden the same other one. */
    private void measure(Operation operation, Work work) throws Exception {
        List<Puller> order = new ArrayList<>(pullers);
        Collections.rotate(order, turn++);
        for (Puller puller : order) {
            Thread.sleep(PAUSE);
            long start = System.nanoTime();
            work.on(puller);
            puller.results().add(operation, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    List<Puller> pullers() {
        return pullers;
    }
}

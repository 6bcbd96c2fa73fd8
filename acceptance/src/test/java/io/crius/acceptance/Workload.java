package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.cri.v1.Container;
import io.crius.cri.v1.PodSandbox;
import io.grpc.StatusRuntimeException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

/** Kubelets that work with one server at the same time, each with pods, containers and images of its own. */
final class Workload implements AutoCloseable {
    /** All that they have to do after a restart. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Node node;
    private final List<Kubelet> kubelets;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean dying;

    /** Ends the server. */
    interface Death {
        void now() throws InterruptedException;
    }

    /** As many kubelets as there are lists of images for them. */
    Workload(Node node, List<List<String>> images) {
        this.node = node;
        this.kubelets = images.stream().map(own -> new Kubelet(node, own)).toList();
    }

    /** From now on their calls are drawn from seeds that are drawn from {@code random}. */
    void draw(Random random) {
        kubelets.forEach(kubelet -> kubelet.draw(random.nextLong()));
    }

    /** Lets all work until one of them has begun so many calls; then the server dies {@code later}. */
    void during(int one, int calls, Duration later, Death death) throws Exception {
        dying = false;
        var begun = new CountDownLatch(calls);
        List<Future<Boolean>> all = new ArrayList<>();
        for (Kubelet kubelet : kubelets) {
            var counted = kubelet == kubelets.get(one) ? begun : new CountDownLatch(0);
            all.add(threads.submit(() -> work(kubelet, counted)));
        }
        boolean isTime = false;
        // Ends early only where a call went wrong.
        while (!isTime && all.stream().noneMatch(Future::isDone)) {
            isTime = begun.await(20, TimeUnit.MILLISECONDS);
        }
        pause(later);
        dying = true;
        death.now();
        results(all);
    }

    /** A moment that is drawn: nothing is waited for. */
    static void pause(Duration moment) {
        long end = System.nanoTime() + moment.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    private boolean work(Kubelet kubelet, CountDownLatch begun) {
        try {
            while (!dying) {
                begun.countDown();
                kubelet.step();
            }
        } catch (StatusRuntimeException | UncheckedIOException e) {
            if (!dying) {
                throw e;
            }
        }
        return true;
    }

    private static <T> List<T> results(List<Future<T>> all) throws Exception {
        List<T> results = new ArrayList<>();
        for (Future<T> one : all) {
            try {
                results.add(one.get(LONGEST.toSeconds(), TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                throw new AssertionError("a kubelet's call went wrong", e.getCause());
            }
        }
        return results;
    }

    /** All kubelets check at the same time; {@code others} are containers of nobody's. Gives the calls that were not answered. */
    String checkAfterRestart(Collection<String> others) throws Exception {
        List<Future<String>> checks = kubelets.stream()
                .map(kubelet -> threads.submit((Callable<String>) kubelet::checkAfterRestart))
                .toList();
        String unanswered = String.join(", ", results(checks));
        assertThat(node.containers().list().stream().map(Container::getId))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(of(Kubelet::containers), others.stream()).toList());
        assertThat(node.pods().list()).hasSize((int) of(Kubelet::pods).count() + others.size());
        assertThat(node.pods().list().stream().map(PodSandbox::getId))
                .containsAll(of(Kubelet::pods).toList());
        assertThat(node.images().list().stream()
                        .flatMap(image -> image.getRepoTagsList().stream())
                        .filter(tag -> tag.contains("crash/")))
                .containsExactlyInAnyOrderElementsOf(of(Kubelet::pulled).toList());
        return unanswered;
    }

    private Stream<String> of(Function<Kubelet, Set<String>> part) {
        return kubelets.stream().map(part).flatMap(Set::stream);
    }

    /** Removes all that they made. */
    void removeAll() {
        kubelets.forEach(Kubelet::removeAll);
    }

    @Override
    public void close() {
        threads.shutdown();
        kubelets.forEach(Kubelet::close);
    }
}

package io.crius.image.pull;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** How far a pull is. Thread-safe: the pull's threads write, anybody reads. */
final class PullProgress {
    private final String image;
    private final long begun = System.nanoTime();
    private final LongAdder received = new LongAdder();
    private final AtomicInteger layersReady = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile String stage = "beginning";
    private volatile int layers;
    private volatile long bytes;
    private volatile long fetchingSince = begun;
    private volatile long moved = begun;

    PullProgress(String image) {
        this.image = image;
    }

    void stage(String now) {
        stage = now;
        moved();
    }

    /** What is to be fetched; once more where layers went meanwhile. */
    void expect(int missingLayers, long missingBytes) {
        layersReady.set(0);
        received.reset();
        fetchingSince = System.nanoTime();
        layers = missingLayers;
        bytes = missingBytes;
        stage("fetching layers");
    }

    void received(int count) {
        received.add(count);
        moved();
    }

    void layerReady() {
        layersReady.incrementAndGet();
        moved();
    }

    /** Something goes on, be it only unpacking. */
    void moved() {
        moved = System.nanoTime();
    }

    /** A time in which others are waited for, who are looked after themselves: other pulls of a layer, the node's budget. */
    Waiting waiting() {
        waiting.incrementAndGet();
        return () -> {
            moved();
            waiting.decrementAndGet();
        };
    }

    /** Closing ends the time. */
    interface Waiting extends AutoCloseable {
        @Override
        void close();
    }

    /** Since anything went on, or others were waited for. */
    Duration idle() {
        return waiting.get() > 0 ? Duration.ZERO : since(moved);
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(Math.max(0, System.nanoTime() - nanos));
    }

    PullSnapshot snapshot() {
        return new PullSnapshot(
                image,
                stage,
                new PullSnapshot.Layers(layersReady.get(), layers),
                new PullSnapshot.Bytes(received.sum(), bytes, rate()),
                since(begun),
                idle());
    }

    private long rate() {
        double seconds = since(fetchingSince).toNanos() / 1e9;
        return seconds < 0.001 ? 0 : (long) (received.sum() / seconds);
    }
}

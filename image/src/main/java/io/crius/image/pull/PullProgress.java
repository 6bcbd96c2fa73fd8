package io.crius.image.pull;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** How far a pull is. Thread-safe: the pull's threads write, anybody reads. */
final class PullProgress {
    private final String image;
    private final LongAdder received = new LongAdder();
    private final AtomicInteger layersReady = new AtomicInteger();
    private volatile String stage = "beginning";
    private volatile int layers;
    private volatile long bytes;

    PullProgress(String image) {
        this.image = image;
    }

    void stage(String now) {
        stage = now;
    }

    /** What is to be fetched. */
    void expect(int missingLayers, long missingBytes) {
        layers = missingLayers;
        bytes = missingBytes;
        stage = "fetching layers";
    }

    void received(int count) {
        received.add(count);
    }

    void layerReady() {
        layersReady.incrementAndGet();
    }

    PullSnapshot snapshot() {
        return new PullSnapshot(image, stage, received.sum(), bytes, layersReady.get(), layers);
    }
}

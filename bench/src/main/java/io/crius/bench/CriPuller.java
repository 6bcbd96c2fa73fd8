package io.crius.bench;

/** A CRI server that pulls; it is closed by whoever started it. */
record CriPuller(Contestant contestant) implements Puller {
    @Override
    public String name() {
        return contestant.name();
    }

    @Override
    public Results results() {
        return contestant.results();
    }

    @Override
    public void pull(String image) {
        var _ = contestant.client().images().pull(image);
    }

    @Override
    public void remove(String image) {
        contestant.client().images().remove(image);
    }

    @Override
    public void close() {}
}

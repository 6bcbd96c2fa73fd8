package io.crius.network.cni;

import java.time.Duration;

/** Told of every execution of a plugin, in the thread that ran it: the seam for metrics and traces. Must not throw. */
@FunctionalInterface
public interface PluginListener {
    /**
     * @param plugin the type of the plugin
     * @param verb ADD, DEL, CHECK, STATUS, GC or VERSION
     * @param took from before the start of the process until its end was seen
     */
    record Execution(String network, String plugin, String verb, Duration took, boolean succeeded) {}

    PluginListener NONE = execution -> {};

    void executed(Execution execution);
}

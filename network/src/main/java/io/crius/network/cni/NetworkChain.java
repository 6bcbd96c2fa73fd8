package io.crius.network.cni;

import io.crius.model.Deadline;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs all plugins of a network (specification 1.1.0, section 3). Thread-safe; takes no locks and keeps nothing. */
final class NetworkChain {
    private final PluginRunner runner;

    NetworkChain(PluginRunner runner) {
        this.runner = runner;
    }

    /** Runs ADD in order, each plugin with the result of the one before. Undoes nothing when one fails. */
    JsonObject add(NetworkList network, Invocation invocation, Deadline deadline)
            throws PluginFailure, InterruptedException {
        Optional<JsonObject> result = Optional.empty();
        var done = new ArrayList<String>();
        for (PluginConfig plugin : network.plugins()) {
            var call = call(network, plugin, Verb.ADD, invocation, result);
            long start = System.nanoTime();
            try {
                result = Optional.of(withVersion(runner.runForObject(call, deadline), network));
            } catch (PluginFailure e) {
                throw done.isEmpty() ? e : e.withNote("; before it succeeded: " + String.join(", ", done));
            }
            done.add(plugin.type() + " " + (System.nanoTime() - start) / 1_000_000 + " ms");
        }
        return result.orElseThrow();
    }

    /**
     * Runs DEL in reverse order, every plugin even if others fail, each within its share of the time that is left.
     * The failure tells of all that failed.
     *
     * @param result what ADD gave; empty if that is not known
     */
    void delete(NetworkList network, Invocation invocation, Optional<JsonObject> result, Deadline deadline)
            throws PluginFailure, InterruptedException {
        // Spec: section 3, DEL is given prevResult since 0.4.0.
        Optional<JsonObject> passed = result.filter(_ -> network.version().isAtLeast(CniVersion.RESULT_FOR_DEL));
        var failures = new ArrayList<PluginFailure>();
        List<PluginConfig> reversed = network.plugins().reversed();
        for (int i = 0; i < reversed.size(); i++) {
            Duration share = Duration.ofNanos(deadline.remaining().toNanos() / (reversed.size() - i));
            try {
                runner.run(call(network, reversed.get(i), Verb.DEL, invocation, passed), Deadline.after(share));
            } catch (PluginFailure e) {
                failures.add(e);
            }
        }
        throwAll(failures);
    }

    /**
     * Asks every plugin, in order, whether the attachment still is as ADD made it; the first that says no is the failure.
     * To be called for networks that can be checked only.
     *
     * @param result what ADD gave
     */
    void check(NetworkList network, Invocation invocation, JsonObject result, Deadline deadline)
            throws PluginFailure, InterruptedException {
        for (PluginConfig plugin : network.plugins()) {
            runner.run(call(network, plugin, Verb.CHECK, checkable(plugin, invocation), Optional.of(result)), deadline);
        }
    }

    /**
     * Compat: portmap (seen in 1.1.1) looks for the rules of every pod in both families, and so fails for one that has addresses of
     * one family only. Without ports it looks for nothing, and CRI-O never gives it any.
     */
    private static Invocation checkable(PluginConfig plugin, Invocation invocation) {
        return plugin.type().equals("portmap") ? invocation.without(RuntimeArguments.PORT_MAPPINGS) : invocation;
    }

    /** Asks every plugin whether it could do an ADD; a network older than STATUS always can. */
    void status(NetworkList network, Deadline deadline) throws PluginFailure, InterruptedException {
        if (!network.version().isAtLeast(CniVersion.STATUS_AND_GC)) {
            return;
        }
        for (PluginConfig plugin : network.plugins()) {
            JsonObject config = base(network, plugin).build();
            runner.run(new PluginCall(network.name(), plugin.type(), Verb.STATUS, Map.of(), config), deadline);
        }
    }

    /** Tells every plugin which attachments there are, so that it can drop all others; goes on through failures. */
    void collectGarbage(NetworkList network, List<Invocation> valid, Deadline deadline)
            throws PluginFailure, InterruptedException {
        if (!network.collectsGarbage()) {
            return;
        }
        var attachments = attachments(valid);
        var failures = new ArrayList<PluginFailure>();
        for (PluginConfig plugin : network.plugins()) {
            JsonObject config = base(network, plugin)
                    .put("cni.dev/valid-attachments", attachments)
                    // Compat: the key of the drafts of 1.1.0; libcni writes both.
                    .put("cni.dev/attachments", attachments)
                    .build();
            try {
                runner.run(new PluginCall(network.name(), plugin.type(), Verb.GC, Map.of(), config), deadline);
            } catch (PluginFailure e) {
                failures.add(e);
            }
        }
        throwAll(failures);
    }

    private static PluginCall call(
            NetworkList network,
            PluginConfig plugin,
            Verb verb,
            Invocation invocation,
            Optional<JsonObject> previousResult) {
        JsonObject.Builder config = base(network, plugin);
        previousResult.ifPresent(result -> config.put("prevResult", result));
        JsonObject arguments = asked(plugin, invocation.capabilities());
        if (!arguments.fields().isEmpty()) {
            config.put("runtimeConfig", arguments);
        }
        return new PluginCall(network.name(), plugin.type(), verb, invocation.environment(), config.build());
    }

    private static JsonObject.Builder base(NetworkList network, PluginConfig plugin) {
        return plugin.json().toBuilder()
                .put("name", network.name())
                .put("cniVersion", network.version().toString());
    }

    private static JsonObject asked(PluginConfig plugin, JsonObject capabilities) {
        var asked = JsonObject.builder();
        capabilities.fields().forEach((name, value) -> {
            if (plugin.capabilities().contains(name)) {
                asked.put(name, value);
            }
        });
        return asked.build();
    }

    /** Spec: section 5, a result without a version is of the configuration's. */
    private static JsonObject withVersion(JsonObject result, NetworkList network) {
        return Fields.text(result, "cniVersion").isPresent()
                ? result
                : result.toBuilder()
                        .put("cniVersion", network.version().toString())
                        .build();
    }

    private static JsonArray attachments(List<Invocation> valid) {
        return JsonArray.of(
                valid,
                one -> JsonObject.builder()
                        .put("containerID", one.containerId())
                        .put("ifname", one.interfaceName())
                        .build());
    }

    private static void throwAll(List<PluginFailure> failures) throws PluginFailure {
        if (failures.isEmpty()) {
            return;
        }
        PluginFailure all = failures.getFirst();
        for (PluginFailure other : failures.subList(1, failures.size())) {
            all = all.withNote("; " + other.getMessage());
        }
        throw all;
    }
}

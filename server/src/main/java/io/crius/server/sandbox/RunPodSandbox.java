package io.crius.server.sandbox;

import io.crius.model.CriusException;
import io.crius.model.PodId;
import io.crius.model.Rollback;
import io.crius.network.cni.CniResult;
import io.crius.runtime.RuntimeContainer;
import io.crius.server.job.CreationJobs;
import io.crius.server.job.CreationJobs.Creation;
import io.crius.server.job.CreationJobs.Owner;
import io.crius.server.job.Stage;
import io.crius.server.journal.Journal;
import io.crius.server.journal.Journal.Durability;
import io.crius.server.state.Pod;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.PodRequest;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * RunPodSandbox: plans the pod, takes its resources, and answers when the network is up.
 *
 * <p>The work is a job keyed by the pod's unique name: a retry joins it, a caller that leaves does not undo it.
 */
public final class RunPodSandbox {
    private static final Duration PATIENCE_FOR_NETWORK = Duration.ofMinutes(2);

    private final Registry registry;
    private final CreationJobs<PodRequest, Pod> jobs;
    private final PodPlanner planner;
    private final PodResources resources;
    private final PodRemoval removal;
    private final Supplier<PodId> ids;

    public RunPodSandbox(
            Registry registry, CreationJobs<PodRequest, Pod> jobs, PodPlanner planner, PodResources resources) {
        this(registry, jobs, planner, resources, PodId::random);
    }

    /** As the other one; {@code ids} draws the ids of new pods. */
    public RunPodSandbox(
            Registry registry,
            CreationJobs<PodRequest, Pod> jobs,
            PodPlanner planner,
            PodResources resources,
            Supplier<PodId> ids) {
        this.ids = ids;
        this.registry = registry;
        this.jobs = jobs;
        this.planner = planner;
        this.resources = resources;
        this.removal = new PodRemoval(registry, resources);
    }

    /** Returns the pod, made now or by an earlier call for the same request. */
    public Pod run(PodRequest request, byte[] wire) {
        planner.check(request);
        if (planner.isNetworked(request)) {
            resources.network().awaitReady(PATIENCE_FOR_NETWORK);
        }
        String name = request.name().unique();
        return jobs.createOrJoin(new Creation<>(
                name,
                new Owner("", request.name().namespace()),
                request,
                () -> existing(name, request),
                stage -> create(request, wire, stage)));
    }

    private Optional<Pod> existing(String name, PodRequest request) {
        Optional<Pod> pod = registry.podNamed(name);
        pod.ifPresent(found -> {
            if (!found.definition().request().equals(request) || !found.isOpen()) {
                throw new CriusException.AlreadyExists("pod " + name + " exists with id " + found.id()
                        + (found.isOpen() ? " and was made from a different request" : " and was stopped")
                        + "; remove it first, or count metadata.attempt up");
            }
        });
        return pod;
    }

    private Pod create(PodRequest request, byte[] wire, Stage stage) {
        Pod pod = registry.plan(planner.plan(ids.get(), request), wire);
        PodDefinition definition = pod.definition();
        try (var rollback = new Rollback()) {
            rollback.onFailure("give back pod " + request.name(), () -> removal.remove(pod));
            Journal.Sync planned = pod.beginSync();
            resources.network().claimPorts(definition);
            stage.enter("sandbox files");
            resources.makeFiles(definition);
            stage.enter("sandbox namespace creation");
            resources.makeNamespaces(definition);
            stage.enter("sandbox network creation");
            Optional<CniResult> network =
                    stage.interruptible(() -> resources.network().attach(definition));
            stage.enter("sandbox host ports");
            network.ifPresent(attached -> resources.network().openPorts(definition, attached));
            stage.enter("sandbox pause process");
            Optional<RuntimeContainer> pause = stage.interruptible(() -> resources.startPause(definition));
            stage.enter("sandbox journal");
            planned.await();
            pod.become(ready(network, pause), Durability.POWER_LOSS);
            // Not before: a pod that is not ready yet cannot cease to be, and would be ready without its process for
            // ever.
            pause.ifPresent(resources::watchPause);
            rollback.commit();
        }
        return pod;
    }

    private static PodState.Ready ready(Optional<CniResult> network, Optional<RuntimeContainer> pause) {
        return new PodState.Ready(
                network.map(CniResult::podIps).orElse(List.of()),
                network.map(CniResult::json).orElse(""),
                pause);
    }
}

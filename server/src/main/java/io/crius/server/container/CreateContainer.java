package io.crius.server.container;

import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.model.Rollback;
import io.crius.runtime.ContainerRuntime;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.exit.ExitWatcher;
import io.crius.server.container.spec.SpecGenerator;
import io.crius.server.container.user.UserResolver.Resolved;
import io.crius.server.job.CreationJobs;
import io.crius.server.job.CreationJobs.Creation;
import io.crius.server.job.CreationJobs.Owner;
import io.crius.server.job.Stage;
import io.crius.server.journal.Journal;
import io.crius.server.journal.Journal.Durability;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Pod;
import io.crius.server.state.Registry;
import io.crius.server.state.UserNamespace;
import io.crius.storage.MountedContainer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * CreateContainer: plans the container, makes its root filesystem and spec, and lets the runtime make it.
 *
 * <p>The work is a job keyed by the container's unique name: a retry joins it, a caller that leaves does not undo it.
 */
public final class CreateContainer {
    /** What the work needs. */
    public record Parts(
            ContainerPlanner planner,
            ContainerResources resources,
            ContainerFiles files,
            PidNamespaces pidNamespaces,
            SpecSources sources,
            SpecGenerator specs,
            ContainerRuntime runtime,
            ExitWatcher exits) {}

    private final Registry registry;
    private final CreationJobs<ContainerRequest, Container> jobs;
    private final Parts parts;
    private final ContainerRemoval removal;
    private final ContainerSpecs specs;

    public CreateContainer(Registry registry, CreationJobs<ContainerRequest, Container> jobs, Parts parts) {
        this.registry = registry;
        this.jobs = jobs;
        this.parts = parts;
        this.removal = new ContainerRemoval(registry, parts.resources());
        this.specs = new ContainerSpecs(parts.planner(), parts.files(), parts.sources(), parts.specs());
    }

    /** The pod that a request names. */
    public Pod pod(String idOrPrefix) {
        return registry.findPod(idOrPrefix)
                .orElseThrow(() -> new CriusException.NotFound("specified sandbox not found: " + idOrPrefix));
    }

    /** Returns the container, made now or by an earlier call for the same request. */
    public Container create(Pod pod, ContainerRequest request, byte[] wire) {
        check(pod, request);
        String name = request.name().unique(pod.definition().name());
        return jobs.createOrJoin(new Creation<>(
                name,
                new Owner(pod.id().value(), pod.definition().name().namespace()),
                request,
                () -> existing(pod, name, request),
                stage -> create(pod, request, wire, stage)));
    }

    private static void check(Pod pod, ContainerRequest request) {
        mustBeOpen(pod);
        RequestChecks.check(request);
        Optional<UserNamespace> user = request.namespaces().user();
        if (user.isPresent() && !user.equals(pod.definition().user())) {
            throw new CriusException.InvalidArgument(
                    "container " + request.name().name() + ": its userns_options are not those of sandbox "
                            + pod.id().abbreviated());
        }
        if (request.security().privileged() && !pod.definition().privileged()) {
            throw new CriusException.InvalidArgument("no privileged container allowed in sandbox "
                    + pod.id().abbreviated() + ": the pod's security context is not privileged");
        }
    }

    private static void mustBeOpen(Pod pod) {
        if (!pod.isOpen()) {
            throw new CriusException.FailedPrecondition(
                    "CreateContainer failed as the sandbox was stopped: " + pod.id());
        }
    }

    private Optional<Container> existing(Pod pod, String name, ContainerRequest request) {
        // Asked again where no job can begin meanwhile: who closes the pod and then waits for its jobs sees them all.
        mustBeOpen(pod);
        Optional<Container> container = registry.containerNamed(name);
        container.ifPresent(found -> {
            if (!found.definition().request().equals(request) || !(found.state() instanceof ContainerState.Created)) {
                throw new CriusException.AlreadyExists("container " + name + " exists with id " + found.id()
                        + "; remove it first, or count metadata.attempt up");
            }
        });
        return container;
    }

    private Container create(Pod pod, ContainerRequest request, byte[] wire, Stage stage) {
        parts.runtime().expectCreation();
        ImageId image = parts.planner().image(pod.definition(), request);
        ContainerDefinition definition = parts.planner().plan(pod.definition(), request, image);
        Container container = registry.plan(definition, wire);
        try (var rollback = new Rollback()) {
            rollback.onFailure("give back container " + definition.uniqueName(), () -> giveBack(container));
            Journal.Sync planned = container.beginSync();
            stage.enter("container storage creation");
            Optional<UserNamespace> user = pod.definition().user();
            String metadata = parts.planner().metadata(pod.definition(), definition, registry.podsFolder());
            String label = parts.sources().labels().root(pod.definition(), definition);
            var root = new ContainerResources.Root(metadata, user, label);
            try (MountedContainer mounted = parts.resources().makeRoot(definition, root)) {
                user.ifPresent(_ -> parts.files().makeTraversable(definition, mounted.root()));
                ContainerState.Created created = make(pod, definition, mounted.root(), stage);
                // After a power loss no container lives: that it was planned is enough to take back what is left of it.
                container.become(created, Durability.DAEMON);
                parts.exits().watch(created.runtime());
                planned.await();
                mounted.awaitRecords();
            }
            mustBeOpen(pod);
            rollback.commit();
        }
        return container;
    }

    private ContainerState.Created make(Pod pod, ContainerDefinition definition, Path rootfs, Stage stage) {
        stage.enter("container volume configuration");
        parts.files().prepareLog(definition.logFile());
        try (ContainerRuntime.Creating creating = parts.runtime().begin(definition.bundle());
                PidNamespaces.Joined pid = parts.pidNamespaces().join(pod, definition.request())) {
            var places = new ContainerSpecs.Places(rootfs, parts.resources().mountImages(definition), pid.path());
            ContainerSpecs.Made spec = specs.make(pod, definition, places);
            stage.enter("container spec configuration");
            parts.files().writeSpec(definition, spec.spec(), creating::specification);
            stage.enter("container runtime creation");
            RuntimeContainer made = stage.interruptible(creating::finish);
            Resolved user = spec.user();
            var whom = new ContainerDefinition.User(user.uid(), user.gid(), user.supplementalGroups());
            return new ContainerState.Created(made, whom);
        }
    }

    /** In its executor: once it is created, a stop or the news of its end may be under way. */
    private void giveBack(Container container) {
        container.executor().call("removal after a failed creation", () -> {
            boolean _ = removal.note(container);
            removal.remove(container);
            return container.id();
        });
    }
}

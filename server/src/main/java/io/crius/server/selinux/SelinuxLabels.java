package io.crius.server.selinux;

import io.crius.server.state.ContainerRequest;
import io.crius.server.state.NamespaceMode;
import io.crius.server.state.NamespaceModes;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.PodLabels;
import io.crius.server.state.PodRequest;
import io.crius.server.state.SelinuxLabel;
import io.crius.server.state.SelinuxOptions;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which labels pods and containers get, on a node with SELinux. Immutable.
 *
 * <p>A pod has a level of its own, by which its containers share files with each other and with nobody else.
 *
 * @param contexts of the node's policy
 * @param hostNetwork {@code hostnetwork_disable_selinux}
 */
public record SelinuxLabels(ContainerContexts contexts, HostNetwork hostNetwork) {
    /** What becomes of processes on the node's network. */
    public enum HostNetwork {
        CONFINED,
        UNCONFINED
    }

    /** What the first process of a container is. */
    public enum First {
        PROGRAM,
        SYSTEMD
    }

    /** The type that may do everything, and whose volumes are left as they are. */
    private static final String SUPER_PRIVILEGED = "spc_t";

    private static final String LOWEST = "s0";

    /**
     * The labels of a pod. Compat: a pod in the node's PID or IPC namespace is not confined.
     *
     * @param level gives one that no other pod has; asked only where the request has none
     * @throws io.crius.model.CriusException.InvalidArgument where the request's options make no label
     */
    public PodLabels pod(PodRequest request, Supplier<String> level) {
        NamespaceModes namespaces = request.namespaces();
        if (namespaces.pid() == NamespaceMode.NODE || namespaces.ipc() == NamespaceMode.NODE) {
            return PodLabels.NONE;
        }
        SelinuxOptions options = request.security().selinux();
        String own = options.level().isEmpty() ? level.get() : options.level();
        return new PodLabels(
                Optional.of(contexts.process().withLevel(own).with(options)),
                Optional.of(contexts.files().withLevel(own).with(ofFiles(options))));
    }

    /** The label of a container's processes; empty where they are not confined. */
    public Optional<SelinuxLabel> process(PodDefinition pod, ContainerRequest request, First first) {
        boolean free =
                pod.request().namespaces().network() == NamespaceMode.NODE && hostNetwork == HostNetwork.UNCONFINED;
        return free
                ? Optional.empty()
                : pod.plan().choices().labels().process().map(ofPod -> process(ofPod, request, first));
    }

    private SelinuxLabel process(SelinuxLabel ofPod, ContainerRequest request, First first) {
        SelinuxOptions options = request.security().selinux();
        SelinuxLabel label = ofPod;
        if (request.security().privileged()) {
            label = label.withType(SUPER_PRIVILEGED).withLevel(LOWEST);
        } else if (first == First.SYSTEMD
                && label.type().equals(contexts.process().type())) {
            label = label.withType(contexts.init().type());
        }
        return label.with(options);
    }

    /** The label of a container's root filesystem and of volumes that are for its pod; empty where files keep their own. */
    public Optional<SelinuxLabel> files(PodDefinition pod, ContainerRequest request) {
        return pod.plan()
                .choices()
                .labels()
                .files()
                .map(label -> label.with(ofFiles(request.security().selinux())));
    }

    /**
     * The label that a container's volumes are to get where the request says so. Compat: a process that may do everything needs
     * none.
     */
    public Optional<SelinuxLabel> volumes(PodDefinition pod, ContainerRequest request) {
        boolean needsNone = process(pod, request, First.PROGRAM)
                .filter(label -> label.type().equals(SUPER_PRIVILEGED))
                .isPresent();
        return needsNone ? Optional.empty() : files(pod, request);
    }

    /** The label of mounted images, which containers of all pods read. */
    public SelinuxLabel images() {
        return contexts.files().withLevel(LOWEST);
    }

    /** Of what a request says about processes, what is said about their files as well. */
    private static SelinuxOptions ofFiles(SelinuxOptions options) {
        return new SelinuxOptions(options.user(), "", "", options.level());
    }
}

package io.crius.daemon.cli.ctl.pod;

import io.crius.cri.v1.ListPodSandboxRequest;
import io.crius.cri.v1.PodSandbox;
import io.crius.cri.v1.PodSandboxFilter;
import io.crius.cri.v1.PodSandboxState;
import io.crius.cri.v1.PodSandboxStateValue;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.session.Selection;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.model.CriusException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The pods that the filters of a command line leave. */
final class Pods {
    static final List<Flag> FILTERS = List.of(
            Flag.text("name", "only pods whose name matches this regular expression"),
            Flag.text("namespace", "only pods whose namespace matches this regular expression"),
            Flag.text("state", 's', "only pods in this state: ready or notready"),
            Flag.pair("label", "only pods with this label"),
            Flag.on("latest", 'l', "only the newest pod"),
            Flag.number("last", 'n', "only the newest N pods"));

    private Pods() {}

    /** Newest first. */
    static List<PodSandbox> list(Given given, Session session) {
        PodSandboxFilter.Builder filter =
                PodSandboxFilter.newBuilder().setId(given.text("id", "")).putAllLabelSelector(given.pairs("label"));
        given.text("state")
                .ifPresent(state -> filter.setState(
                        PodSandboxStateValue.newBuilder().setState(state(state)).build()));
        List<PodSandbox> pods = session.reads()
                .listPodSandbox(
                        ListPodSandboxRequest.newBuilder().setFilter(filter).build())
                .getItemsList();
        Pattern name = Selection.pattern(given, "name");
        Pattern namespace = Selection.pattern(given, "namespace");
        List<PodSandbox> left = pods.stream()
                .filter(pod -> name.matcher(pod.getMetadata().getName()).find()
                        && namespace.matcher(pod.getMetadata().getNamespace()).find())
                .toList();
        return Selection.newest(given, left, PodSandbox::getCreatedAt);
    }

    private static PodSandboxState state(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "ready" -> PodSandboxState.SANDBOX_READY;
            case "notready" -> PodSandboxState.SANDBOX_NOTREADY;
            default -> throw new CriusException.InvalidArgument("--state: \"" + name + "\" is none of ready, notready");
        };
    }
}

package io.crius.server.state;

/** The security settings of a pod; containers may differ within what the pod allows. */
public record PodSecurity(
        boolean privileged,
        Identity identity,
        SecurityProfile seccomp,
        SecurityProfile apparmor,
        SelinuxOptions selinux) {
    public static final PodSecurity DEFAULT = new PodSecurity(
            false, Identity.FROM_IMAGE, SecurityProfile.UNCONFINED, SecurityProfile.UNCONFINED, SelinuxOptions.NONE);
}

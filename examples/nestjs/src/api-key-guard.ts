import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

const publicKey = 'public';

/** Exempts a controller or a route from the guard. */
export const Public = () => SetMetadata(publicKey, true);

/** The guard of the rest of your app. The mount of the webhook comes before it; everything else must be exempted. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const isPublic = this.reflector.getAllAndOverride<boolean>(publicKey, [
      context.getHandler(),
      context.getClass(),
    ]);
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    return isPublic || headers['x-api-key'] === 'let me in';
  }
}

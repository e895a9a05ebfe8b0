import { Injectable } from '@nestjs/common';

/** Whether the app still wants traffic. */
@Injectable()
export class Lifecycle {
  draining = false;
}
